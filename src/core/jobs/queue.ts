import { createEmitter } from '../emitter'
import { isLive, type RunProgress, type RunRow } from '../domain/run'
import type { Storage } from '../storage/types'
import type { Jobs } from './jobs'
import type { Launcher } from './launcher'
import { requeue } from './resume'
import { PATIENCE, type Patience, supervise, type Supervisor } from './supervisor'
import { createSystemMetrics, type SystemMetrics } from './system-metrics'

interface Options {
  storage: Storage
  launch: Launcher
  now: () => number
  /** Runs that may train at the same time, at least 1. */
  parallel: number
  patience?: Patience
  system?: SystemMetrics
  /** Told of failures that belong to no caller. */
  onError?: (error: unknown) => void
}

/** First in, first out; at most `parallel` trainers at a time. */
export function createJobs(options: Options): Jobs {
  const { storage, launch, now, parallel, patience = PATIENCE, onError = () => {} } = options
  const { system = createSystemMetrics() } = options
  const waiting: string[] = []
  const running = new Map<string, Supervisor>()
  const changes = createEmitter<RunRow>()
  const progress = createEmitter<RunProgress>()
  const rewinds = createEmitter<string>()
  const notices = createEmitter<string>()
  let closing = false

  const startNext = () => {
    while (!closing && running.size < parallel && waiting.length) {
      const id = waiting.shift()!
      const supervisor = supervise({
        run: storage.runs.get(id),
        storage,
        launch,
        system,
        now,
        patience,
        onChange: changes.emit,
        onProgress: progress.emit,
        onRewind: rewinds.emit,
        onNotice: notices.emit,
        onError,
      })
      running.set(id, supervisor)
      void supervisor.ended.then(() => {
        running.delete(id)
        startNext()
      })
    }
  }

  /** Takes a run out of the queue; false where it is not in it. */
  const unqueue = (id: string, status: 'stopped' | 'interrupted', reason: string): boolean => {
    const place = waiting.indexOf(id)
    if (place < 0) return false
    waiting.splice(place, 1)
    changes.emit(storage.runs.setStatus(id, status, { endedAt: now(), reason }))
    return true
  }

  const ended = (id: string): Promise<RunRow> => {
    const supervisor = running.get(id)
    if (supervisor) return supervisor.ended
    const row = storage.runs.get(id)
    if (!isLive(row.status) || !waiting.includes(id)) return Promise.resolve(row)
    return new Promise((resolve) => {
      const off = changes.on((changed) => {
        if (changed.id !== id || isLive(changed.status)) return
        off()
        resolve(changed)
      })
    })
  }

  return {
    enqueue(id) {
      waiting.push(id)
      startNext()
    },
    resume(id, fromStart) {
      const row = requeue(storage, id, fromStart)
      if (fromStart || row.spec.rangeTest) rewinds.emit(id)
      changes.emit(row)
      waiting.push(id)
      startNext()
      return storage.runs.get(id)
    },
    stop(id) {
      if (!unqueue(id, 'stopped', 'Stopped before it started')) running.get(id)?.stop()
      return ended(id)
    },
    ended,
    state: () => ({ running: [...running.keys()], queued: [...waiting] }),
    onChange: changes.on,
    onProgress: progress.on,
    onRewind: rewinds.on,
    onNotice: notices.on,
    async close() {
      closing = true
      for (const id of [...waiting]) unqueue(id, 'interrupted', 'Anneal was closed before it started')
      for (const supervisor of running.values()) supervisor.stop()
      await Promise.all([...running.values()].map((supervisor) => supervisor.ended))
    },
  }
}
