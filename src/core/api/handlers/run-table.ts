import type { RunRow } from '../../domain/run'
import { buildTable } from '../../domain/table/build-table'
import { changesOf } from '../../domain/table/change-runs'
import { columnsOf } from '../../domain/table/columns'
import { fieldDescriber } from '../../domain/table/describe-fields'
import { selectRuns } from '../../domain/table/select-runs'
import type { HandlerContext, HandlersOf } from './context'
import { formerValues } from './former-values'
import { stopIfLive } from './runs'

/** The table of runs, and what is done to many of them at once. */
export function runTableHandlers({ storage: { runs, metrics }, jobs, emit, now }: HandlerContext) {
  const changed = (rows: RunRow[]): { runs: RunRow[] } => {
    if (rows.length) emit({ type: 'runs.changed', runs: rows })
    return { runs: rows }
  }
  const known = (ids: readonly string[]): RunRow[] => {
    const byId = new Map(runs.all().map((row) => [row.id, row]))
    return ids.flatMap((id) => byId.get(id) ?? [])
  }
  const fieldsOf = fieldDescriber()
  const former = formerValues(now())
  return {
    'runs.table': (query) => buildTable(runs.all(), query),
    'runs.fields': () => fieldsOf(runs.all()),
    'runs.columns': ({ filter, runs: ids, fields }) =>
      columnsOf(ids ? known(ids) : selectRuns(runs.all(), filter).rows, fields),
    'runs.target': ({ runs: ids, metric, value, atLeast }) => ({
      targets: known(ids).map(({ id, startedAt }) => {
        const point = metrics.reach(id, metric, { value, atLeast })
        return { run: id, step: point?.step ?? null, ms: point && startedAt !== null ? point.time - startedAt : null }
      }),
    }),
    'runs.change': ({ runs: ids, ...change }) => {
      const rows = [...new Set(ids)].map((id) => runs.get(id))
      const patches = changesOf(rows, change)
      const after = changed(runs.updateAll(patches))
      return { ...after, undo: former.keep(rows, patches) }
    },
    'runs.takeBack': ({ undo }) => changed(runs.updateAll(former.of(undo))),
    'runs.removeAll': async ({ runs: ids }) => {
      const wanted = [...new Set(ids)]
      // Says run.notFound before any of them is stopped.
      for (const id of wanted) runs.get(id)
      await Promise.all(wanted.map((id) => stopIfLive(jobs, id)))
      runs.removeAll(wanted)
      if (wanted.length) emit({ type: 'runs.removed', runs: wanted })
      return { runs: wanted }
    },
    'runs.restoreAll': ({ runs: ids }) => changed(runs.restoreAll([...new Set(ids)])),
  } satisfies Partial<HandlersOf<'runs'>>
}
