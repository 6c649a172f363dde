import * as v from 'valibot'
import { RUN_COLOURS, type RunRow } from '../domain/run'
import type { SavedView } from '../domain/saved-view'
import { flag, integer, number, text } from '../domain/spec/fields'
import type { RunColumns } from '../domain/table/columns'
import type { FieldList } from '../domain/table/describe-fields'
import type { RunTable } from '../domain/table/table'
import type { RunTarget } from './contract-outputs'
import {
  command,
  FieldName,
  FilterText,
  MetricName,
  Nothing,
  query,
  RunIds,
  RunSort,
  several,
  trusted,
  WholeNumber,
} from './contract-schema'

const Tag = text(64, 1)
const ViewKind = v.picklist(['runs', 'compare'], 'must be one of runs, compare')
/** JSON of a page's own; its size is checked where it is saved. */
const ViewState = v.custom<unknown>((state) => state !== undefined, 'must be a JSON value')

/** The table of runs, and what is done to many runs at once. */
export const tableContract = {
  /**
   * The table of runs: lines of groups, of folded replicates and of runs. Hidden runs are left out, and counted, unless
   * the filter asks about `hidden` or `showHidden` is true. `fields` are those shown: rows carry only the metrics that
   * these name. See TableQuery.
   */
  'runs.table': query({
    input: v.strictObject({
      filter: v.optional(FilterText),
      sort: v.optional(RunSort),
      groupBy: v.optional(several(FieldName, 'fields', 3)),
      fold: v.optional(flag(), false),
      closed: v.optional(several(v.string(), 'keys', 10_000)),
      open: v.optional(several(v.string(), 'keys', 10_000)),
      fields: v.optional(several(FieldName, 'fields', 100)),
      metric: v.optional(MetricName),
      showHidden: v.optional(flag(), false),
      offset: v.optional(WholeNumber(1e9), 0),
      limit: v.optional(WholeNumber(1000), 500),
    }),
    output: trusted<RunTable>(),
  }),
  /** Fields and metrics that runs have, with their most frequent values: for completion and for choosing columns. */
  'runs.fields': query({ input: Nothing, output: trusted<FieldList>() }),
  /** Fields of many runs column by column: of the runs named, those that are gone left out, else of all that match. */
  'runs.columns': query({
    input: v.strictObject({
      filter: v.optional(FilterText),
      runs: v.optional(RunIds(0, 100_000)),
      fields: several(FieldName, 'fields', 100),
    }),
    output: trusted<RunColumns>(),
  }),
  /** The first recorded point of each run that reaches a value; null for a run that never does. Runs that are gone are left out. */
  'runs.target': query({
    input: v.strictObject({
      runs: RunIds(0, 1000),
      metric: MetricName,
      value: number('must be a finite number', () => true),
      atLeast: flag(),
    }),
    output: trusted<{ targets: RunTarget[] }>(),
  }),
  /** Arranges many runs at once, all or none; what is absent stays. `undo` is what runs.takeBack takes. */
  'runs.change': command({
    input: v.strictObject({
      runs: RunIds(0, 10_000),
      name: v.optional(text(256, 1)),
      notes: v.optional(text(65536)),
      hidden: v.optional(flag()),
      pinned: v.optional(flag()),
      colour: v.optional(v.nullable(integer(`from 1 to ${RUN_COLOURS}`, 1, RUN_COLOURS))),
      group: v.optional(text(256)),
      addTags: v.optional(several(Tag, 'tags', 64)),
      removeTags: v.optional(several(Tag, 'tags', 64)),
    }),
    output: trusted<{ runs: RunRow[]; undo: string }>(),
  }),
  /** Puts back all that one of the last changes of runs.change did, all or none, whatever was changed since. */
  'runs.takeBack': command({ input: v.strictObject({ undo: text(64, 1) }), output: trusted<{ runs: RunRow[] }>() }),
  /** runs.remove and runs.restore of many, all or none. */
  'runs.removeAll': command({
    input: v.strictObject({ runs: RunIds(0, 10_000) }),
    output: trusted<{ runs: string[] }>(),
  }),
  'runs.restoreAll': command({
    input: v.strictObject({ runs: RunIds(0, 10_000) }),
    output: trusted<{ runs: RunRow[] }>(),
  }),
  /** Views of the pages that were saved under a name, by name; saving one of the same name replaces it. */
  'views.list': query({ input: v.strictObject({ kind: ViewKind }), output: trusted<{ views: SavedView[] }>() }),
  'views.save': command({
    input: v.strictObject({ kind: ViewKind, name: text(256, 1), state: ViewState }),
    output: trusted<{ views: SavedView[] }>(),
  }),
  'views.remove': command({
    input: v.strictObject({ kind: ViewKind, name: text(256, 1) }),
    output: trusted<{ views: SavedView[] }>(),
  }),
}
