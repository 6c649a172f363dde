import { AppError } from '../../../domain/errors'
import { fieldOf } from '../../../domain/filter/fields'
import { mayBecome, type RunRow, typeOf } from '../../../domain/run'
import type { RunStore, Storage } from '../../../storage/types'
import { memoryMetrics } from './memory-metrics'

type Kept = RunRow & { removed?: true }

/** A workspace that lasts as long as the page: the interface of storage over plain maps and lists. */
export function memoryStorage(rows: readonly RunRow[]): Storage {
  /** In the order of creation. */
  const runs = new Map<string, Kept>(rows.map((row) => [row.id, row]))
  const settings = new Map<string, unknown>()
  const notFound = (run: string) =>
    new AppError('run.notFound', `No run ${run} in this workspace`, { field: 'run', got: run })
  const kept = (id: string): Kept => {
    const run = runs.get(id)
    if (!run) throw notFound(id)
    return run
  }
  const metrics = memoryMetrics(kept)
  /** Rows may come with summaries of points that nobody has given. */
  const rowOf = ({ removed: _, ...run }: Kept): RunRow => ({
    ...run,
    metrics: { ...run.metrics, ...metrics.summaries(run.id) },
  })
  const visible = () => [...runs.values()].filter((run) => !run.removed).map(rowOf)
  const change = (id: string, patch: Partial<Kept>): RunRow => {
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
    runs.set(id, { ...kept(id), ...given })
    return rowOf(kept(id))
  }

  const store: RunStore = {
    create({ spec, ...run }) {
      const { group, tags, notes } = spec
      runs.set(run.id, { ...NEW, ...run, spec, group, tags, notes })
      return rowOf(kept(run.id))
    },
    get(id) {
      if (kept(id).removed) throw notFound(id)
      return rowOf(kept(id))
    },
    find(reference) {
      const ids = (fits: (run: RunRow) => boolean) =>
        visible()
          .filter(fits)
          .map(({ id }) => id)
      const exact = ids(({ id }) => id === reference)
      if (exact.length) return exact
      const named = ids(({ name }) => name === reference)
      return named.length ? named : ids(({ id }) => id.startsWith(reference))
    },
    list({ type, sort = { column: 'createdAt', descending: true }, offset = 0, limit = Infinity } = {}) {
      const all = visible()
      const ofType = type ? all.filter((run) => typeOf(run) === type) : all
      const sorted = sortRows(ofType, sort.column, sort.descending)
      return { rows: sorted.slice(offset, offset + limit), total: all.length }
    },
    update: change,
    setStatus(id, status, patch = {}) {
      const from = kept(id).status
      if (!mayBecome(from, status)) throw new AppError('run.state', `Run ${id} is ${from} and cannot become ${status}`)
      return change(id, { ...patch, status })
    },
    remove(id) {
      store.get(id)
      change(id, { removed: true })
    },
    restore(id) {
      const { removed: _, ...run } = kept(id)
      runs.set(id, run)
      return rowOf(run)
    },
    purge(ids = [...runs.values()].filter((run) => run.removed).map(({ id }) => id)) {
      return ids.filter((id) => runs.delete(id)).length
    },
    interruptLive: () => [],
  }

  return {
    dir: '/fake/workspace',
    file: '/fake/workspace/anneal.db',
    runs: store,
    metrics: {
      ...metrics,
      append(run, frames, steps) {
        change(run, { steps })
        return metrics.append(run, frames, steps)
      },
    },
    // Nothing is written here, so that a run goes on from its start only.
    checkpoints: { folder: (run) => `/fake/workspace/checkpoints/${run}`, add() {}, list: () => [] },
    rewind(run, { step }) {
      metrics.truncate(run, () => step)
      change(run, { steps: step })
    },
    settings: { get: (key) => settings.get(key), set: (key, value) => void settings.set(key, value) },
    check: () => ({ integrity: 'ok', foreignKeys: 0, version: 0, bytes: 0, runs: runs.size, points: 0 }),
    close() {},
  }
}

const NEW = {
  status: 'queued',
  reason: null,
  steps: 0,
  divergedAt: null,
  startedAt: null,
  endedAt: null,
  engine: null,
  dataset: null,
  environment: null,
  parameters: null,
  metrics: {},
} satisfies Partial<RunRow>

/** Runs without a value come last either way; equal ones stay in the order of creation, or against it. */
function sortRows(rows: RunRow[], column: string, descending: boolean): RunRow[] {
  const { read } = fieldOf(column, 0)
  const order = (a: unknown, b: unknown) => (a === b ? 0 : (a as number) < (b as number) ? -1 : 1)
  const missing = (value: unknown) => value === null || value === undefined || Number.isNaN(value)
  if (descending) rows.reverse()
  return rows
    .map((row) => ({ row, value: read(row) }))
    .sort((a, b) => {
      if (missing(a.value) || missing(b.value)) return Number(missing(a.value)) - Number(missing(b.value))
      return descending ? order(b.value, a.value) : order(a.value, b.value)
    })
    .map(({ row }) => row)
}
