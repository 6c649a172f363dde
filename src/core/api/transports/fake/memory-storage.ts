import { AppError } from '../../../domain/errors'
import { mayBecome, type RunRow } from '../../../domain/run'
import type { SavedView } from '../../../domain/saved-view'
import type { RunStore, Storage } from '../../../storage/types'
import { memoryMetrics } from './memory-metrics'

type Kept = RunRow & { removed?: true }

/** A workspace that lasts as long as the page: the interface of storage over plain maps and lists. */
export function memoryStorage(rows: readonly RunRow[]): Storage {
  /** In the order of creation. */
  const runs = new Map<string, Kept>(rows.map((row) => [row.id, row]))
  const settings = new Map<string, unknown>()
  const views = new Map<string, SavedView & { kind: string }>()
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
  /** Fails before anything of it is done. */
  const known = (ids: readonly string[]) => ids.map((id) => kept(id).id)

  const store: RunStore = {
    create({ spec, ...run }) {
      const { group, tags, notes } = spec
      runs.set(run.id, { ...NEW, ...run, spec, group, tags, notes })
      return rowOf(kept(run.id))
    },
    bring: (run) => void runs.set(run.id, { ...run, metrics: {}, removed: true }),
    has: (id) => runs.has(id),
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
    all: visible,
    count: () => visible().length,
    updateAll: (patches) => known([...patches.keys()]).map((id) => change(id, patches.get(id)!)),
    removeAll: (ids) => known(ids).forEach(store.remove),
    restoreAll: (ids) => known(ids).map(store.restore),
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
    checkpoints: {
      folder: (run) => `/fake/workspace/checkpoints/${run}`,
      add() {},
      list: () => [],
      unusable: () => [],
    },
    losses: () => [],
    rewind(run, { step }) {
      metrics.truncate(run, () => step)
      change(run, { steps: step })
    },
    views: {
      list: (kind) =>
        [...views.values()]
          .filter((view) => view.kind === kind)
          .map(({ kind: _, ...view }) => view)
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      save: (kind, name, state) => void views.set(`${kind} ${name}`, { kind, name, state, savedAt: 0 }),
      remove: (kind, name) => views.delete(`${kind} ${name}`),
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
  hidden: false,
  pinned: false,
  colour: null,
  metrics: {},
} satisfies Partial<RunRow>
