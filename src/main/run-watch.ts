import { createPortTransport, type MessagePortLike } from '../core/api/transports/port'
import { createEmitter } from '../core/emitter'
import { AppError } from '../core/domain/errors'
import { isLive, type RunRow } from '../core/domain/run'

/** What trains or waits, for the parts of the system that show it. */
export interface RunWatch {
  /** Runs that train or wait, in the order in which they were heard of. */
  live(): readonly RunRow[]
  /** Share of their updates that is done, 0 to 1; null where nothing trains. */
  progress(): number | null
  /** Ends a run after a checkpoint. @throws AppError */
  stop(run: string): Promise<RunRow>
  /** Lets a run that has ended go on from its newest checkpoint. @throws AppError */
  resume(run: string): Promise<RunRow>
  /** Goes on with another core; what is live is asked for anew. */
  connect(port: MessagePortLike): void
  /** Something above has changed. */
  onChange(listener: () => void): () => void
  /** A run that was live has ended, however it did. */
  onEnded(listener: (run: RunRow) => void): () => void
}

/** Follows the core's runs over a port of main's own: the same contract as a page, read only. */
export function watchRuns(onError: (error: unknown) => void): RunWatch {
  const changes = createEmitter<void>()
  const ends = createEmitter<RunRow>()
  const live = new Map<string, RunRow>()
  const steps = new Map<string, number>()
  let transport: ReturnType<typeof createPortTransport> | null = null

  const core = () => {
    if (!transport) throw new AppError('internal', 'There is no core yet')
    return transport
  }
  const forget = (id: string): boolean => {
    steps.delete(id)
    return live.delete(id)
  }
  const heard = (run: RunRow): void => {
    if (isLive(run.status)) live.set(run.id, run)
    else if (forget(run.id)) ends.emit(run)
    changes.emit()
  }

  async function refresh(core: NonNullable<typeof transport>): Promise<void> {
    const { rows } = await core.call('runs.list', {
      filter: 'status = running or status = queued',
      limit: 1000,
    })
    // What was live before the core died and is not any more has ended; the new core says how.
    const gone = [...live.keys()].filter((id) => !rows.some((row) => row.id === id))
    const ended = await Promise.all(gone.map((run) => core.call('runs.get', { run }).catch(() => null)))
    for (const id of gone) forget(id)
    for (const row of rows) live.set(row.id, row)
    for (const row of ended) if (row) ends.emit(row)
    changes.emit()
  }

  return {
    live: () => [...live.values()],
    progress() {
      const training = [...live.values()].filter(({ status }) => status === 'running')
      if (!training.length) return null
      const done = training.reduce((sum, { id, steps: stored, totalSteps }) => {
        return sum + (totalSteps > 0 ? Math.min(Math.max(steps.get(id) ?? 0, stored) / totalSteps, 1) : 0)
      }, 0)
      return done / training.length
    },
    stop: (run) => core().call('runs.stop', { run }),
    resume: (run) => core().call('runs.resume', { run }),
    connect(port) {
      if (transport) transport.reconnect(port)
      else {
        transport = createPortTransport(port)
        transport.subscribe((event) => {
          if (event.type === 'runs.changed') event.runs.forEach(heard)
          else if (event.type === 'runs.removed' && event.runs.filter(forget).length) changes.emit()
          else if (event.type === 'run.progress') {
            steps.set(event.progress.run, event.progress.step)
            changes.emit()
          }
        })
      }
      refresh(transport).catch(onError)
    },
    onChange: changes.on,
    onEnded: ends.on,
  }
}
