import { createEmitter } from '../../../emitter'
import { isLive, type RunProgress, type RunRow, type RunStatus } from '../../../domain/run'
import type { Jobs } from '../../../jobs/jobs'
import { requeue } from '../../../jobs/resume'
import type { RunPatch, Storage } from '../../../storage/types'

export interface IdleJobs extends Jobs {
  /** Says how far a run is, as a trainer would. */
  progress(progress: RunProgress): void
  /** Ends a run that is running; the next one starts. */
  end(run: string, status: RunStatus, patch?: RunPatch): RunRow
}

/** The queue without trainers: runs start in order, at most `parallel` at a time, and train until somebody ends them. */
export function idleJobs(
  storage: Pick<Storage, 'runs' | 'checkpoints' | 'rewind'>,
  now: () => number,
  parallel = 1,
): IdleJobs {
  const waiting: string[] = []
  const running: string[] = []
  const changes = createEmitter<RunRow>()
  const progress = createEmitter<RunProgress>()

  const change = (run: string, status: RunStatus, patch: RunPatch): RunRow => {
    const row = storage.runs.setStatus(run, status, patch)
    changes.emit(row)
    return row
  }
  const startNext = () => {
    while (running.length < parallel && waiting.length) {
      const run = waiting.shift()!
      running.push(run)
      change(run, 'running', { startedAt: now() })
    }
  }
  const take = (list: string[], run: string): boolean => {
    const place = list.indexOf(run)
    if (place >= 0) list.splice(place, 1)
    return place >= 0
  }
  const end: IdleJobs['end'] = (run, status, patch = {}) => {
    take(running, run)
    const row = change(run, status, { endedAt: now(), ...patch })
    startNext()
    return row
  }
  const ended = (run: string): Promise<RunRow> => {
    const row = storage.runs.get(run)
    if (!isLive(row.status)) return Promise.resolve(row)
    return new Promise((resolve) => {
      const off = changes.on((changed) => {
        if (changed.id !== run || isLive(changed.status)) return
        off()
        resolve(changed)
      })
    })
  }

  return {
    enqueue(run) {
      waiting.push(run)
      startNext()
    },
    resume(run, fromStart) {
      changes.emit(requeue(storage, run, fromStart))
      waiting.push(run)
      startNext()
      return storage.runs.get(run)
    },
    stop(run) {
      if (take(waiting, run)) change(run, 'stopped', { endedAt: now(), reason: 'Stopped before it started' })
      else if (running.includes(run)) end(run, 'stopped', { reason: 'Stopped by the user' })
      return ended(run)
    },
    ended,
    state: () => ({ running: [...running], queued: [...waiting] }),
    onChange: changes.on,
    onProgress: progress.on,
    onRewind: () => () => {},
    onNotice: () => () => {},
    async close() {
      for (const run of waiting.splice(0)) change(run, 'interrupted', { endedAt: now() })
      for (const run of [...running]) end(run, 'stopped')
    },
    progress: progress.emit,
    end,
  }
}
