import { type Field, metricField, namedField } from '../filter/fields'
import { bestOf, higherIsBetter, METRIC } from '../metrics'
import type { RunRow } from '../run'
import { isMissing, NEWEST_FIRST, plainValue, sortByValue, sortField } from './order'
import { replicateKey } from './replicates'
import { selectRuns } from './select-runs'
import { medianOf, statisticOf } from './statistics'
import type { GroupLine, ReplicatesLine, RunTable, TableLine, TableQuery } from './table'

/** One run, or several that are folded into a line; `path` are the values of the groups around it. */
interface Unit {
  path: readonly Value[]
  rows: RunRow[]
}
type Value = GroupLine['value']

/** Makes a line when it is on screen: most of a table's lines never are. */
type Lazy = () => TableLine

/**
 * The table of runs: filtered, folded, sorted, grouped. One rule reads every field: `namedField`.
 *
 * - Pinned runs come first in their group. Groups stand in the order of their first lines, so that sorting by a field
 *   sorts the groups by it too; runs without a value form a group of their own, and so does NaN.
 * - A list (tags) is one value: a run is in one group only.
 * - Folded runs are sorted by their mean where the column holds numbers, else as their best one.
 *
 * @param rows every run of the workspace, oldest first
 * @throws AppError `input.invalid` for a wrong filter or a name that is no field
 */
export function buildTable(rows: readonly RunRow[], query: TableQuery): RunTable {
  const { filter, sort = NEWEST_FIRST, groupBy = [], fold = false, showHidden, offset = 0, limit = Infinity } = query
  const groups = groupBy.map((name) => namedField(name, 'groupBy'))
  const summary = summaryOf(query.metric ?? METRIC.validationAccuracy)
  const shown = (query.fields ?? []).map((name) => namedField(name, 'fields'))
  const strip = query.fields ? metricsOnly(shown) : (row: RunRow) => row
  const statistics = [...new Map([...shown, summary.field].map((field) => [field.name, field])).values()]
  const selected = selectRuns(rows, filter, showHidden)

  const units = fold ? foldReplicates(selected.rows, groups) : selected.rows.map((row) => unitOf([row], groups))
  const { read } = sortField(sort)
  const valueOf = (rows: RunRow[]) =>
    rows.length === 1 ? read(rows[0]!) : joint(rows.map(read), read(summary.best(rows)))
  const sorted = pinnedFirst(sortByValue(units, ({ rows }) => valueOf(rows), sort.descending))

  const closed = new Set(query.closed)
  const open = new Set(query.open)
  const lines: Lazy[] = []
  const unitLines = ({ path, rows }: Unit) => {
    const depth = path.length
    if (rows.length === 1) {
      lines.push(() => ({ kind: 'run', depth, row: strip(rows[0]!) }))
      return
    }
    const key = keyOf(groups, path, replicateKey(rows[0]!.spec))
    lines.push((): ReplicatesLine => ({
      kind: 'replicates',
      key,
      depth,
      runs: rows.map(({ id }) => id),
      row: strip(summary.best(rows)),
      statistics: Object.fromEntries(
        statistics
          .map(({ name, read }) => [name, rows.map(read)] as const)
          .filter(([, values]) => values.some((value) => typeof value === 'number'))
          .map(([name, values]) => [name, statisticOf(values)]),
      ),
      diverged: divergedIn(rows),
      open: open.has(key),
    }))
    if (open.has(key)) for (const row of rows) lines.push(() => ({ kind: 'run', depth: depth + 1, row: strip(row) }))
  }
  const groupLines = (units: readonly Unit[], depth: number): void => {
    const field = groups[depth]
    if (!field) return units.forEach(unitLines)
    for (const members of partition(units, ({ path }) => partOf(path[depth]!)).values()) {
      const path = members[0]!.path.slice(0, depth + 1)
      const key = keyOf(groups, path)
      lines.push((): GroupLine => {
        const runs = members.flatMap(({ rows }) => rows)
        const values = runs.map(summary.value)
        return {
          kind: 'group',
          key,
          depth,
          field: field.name,
          value: path[depth]!,
          runs: runs.length,
          diverged: divergedIn(runs),
          best: summary.value(summary.best(runs)),
          median: medianOf(values),
          closed: closed.has(key),
        }
      })
      if (!closed.has(key)) groupLines(members, depth + 1)
    }
  }
  groupLines(sorted, 0)
  return {
    lines: lines.slice(offset, offset + limit).map((line) => line()),
    total: lines.length,
    runs: selected.rows.length,
    all: rows.length,
    hidden: selected.hidden,
  }
}

const unitOf = (rows: RunRow[], groups: readonly Field[]): Unit => ({
  path: groups.map(({ read }) => plainValue(read(rows[0]!))),
  rows,
})

/** Runs of one group that differ in their seed only, together; in the order of their first ones. */
function foldReplicates(rows: readonly RunRow[], groups: readonly Field[]): Unit[] {
  const units = rows.map((row) => unitOf([row], groups))
  const parts = partition(units, ({ path, rows }) => replicateKey(rows[0]!.spec) + path.map(partOf).join('\n'))
  return [...parts.values()].map((members) => ({ path: members[0]!.path, rows: members.flatMap(({ rows }) => rows) }))
}

function partition<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const parts = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const part = parts.get(key)
    if (part) part.push(item)
    else parts.set(key, [item])
  }
  return parts
}

/** A value as a part of a key: numbers as they are written, so that NaN is not null and 1 is not "1". */
const partOf = (value: Value): string => (typeof value === 'number' ? String(value) : JSON.stringify(value))

const keyOf = (groups: readonly Field[], path: readonly Value[], replicates?: string): string =>
  [...path.map((value, i) => `${groups[i]!.name}=${partOf(value)}`), ...(replicates ? [replicates] : [])].join('\n')

const pinnedFirst = (units: readonly Unit[]): Unit[] => {
  const isPinned = ({ rows }: Unit) => rows.some(({ pinned }) => pinned)
  return [...units.filter(isPinned), ...units.filter((unit) => !isPinned(unit))]
}

const divergedIn = (rows: readonly RunRow[]): number =>
  rows.reduce((n, { status }) => n + Number(status === 'diverged'), 0)

/** What folded runs are sorted by. */
function joint(values: readonly unknown[], ofBest: unknown): unknown {
  return values.some((value) => typeof value === 'number') ? statisticOf(values).mean : ofBest
}

/** Reads the metric that summaries are of. */
function summaryOf(metric: string) {
  const field = metricField(metric, 'best')
  const value = ({ metrics }: RunRow): number =>
    Object.hasOwn(metrics, metric) ? bestOf(metric, metrics[metric]!).value : NaN
  const sign = higherIsBetter(metric) ? 1 : -1
  /** The first of equals; the first of all where no run has a value. */
  const best = (rows: readonly RunRow[]): RunRow =>
    rows.reduce((a, b) => {
      const [had, got] = [value(a), value(b)]
      return isMissing(had) ? (isMissing(got) ? a : b) : sign * got > sign * had ? b : a
    })
  return { field, value, best }
}

/** Rows with the metrics that some fields read, and no others. */
function metricsOnly(fields: readonly Field[]): (row: RunRow) => RunRow {
  const names = [...new Set(fields.flatMap(({ metric }) => metric ?? []))]
  return (row) => ({
    ...row,
    metrics: Object.fromEntries(
      names.filter((name) => Object.hasOwn(row.metrics, name)).map((name) => [name, row.metrics[name]!]),
    ),
  })
}
