import type { Acknowledged } from './acknowledged'
import { readable, type WritableDb } from './database'
import type { Loss, MetricStore } from './types'

/** What was stored once and is lost, by what a file beside the database says. */
export interface Losses {
  /** Compares what was stored with what is there; called once, before anything is written. */
  compare(): void
  /** The same store, which notes what it has stored. */
  noted(metrics: MetricStore): MetricStore
  /** Before points are taken back. */
  takeBack(runs: readonly string[], steps: number): void
  /** Runs that are taken out and wait to be purged. */
  removed(): string[]
  list(): Loss[]
  /** Everything has reached the database's own file. */
  settle(): void
  close(): void
}

export function openLosses(db: WritableDb, acknowledged: Acknowledged): Losses {
  const read = readable(db)
  const stepsOf = read.column<number>('SELECT steps FROM run WHERE id = ?')
  const removed = read.column<string>('SELECT id FROM run WHERE removed_at IS NOT NULL')
  const missing = read.query<{ run: string; missing: number }>(
    'SELECT id AS run, missing FROM run WHERE missing > 0 AND removed_at IS NULL ORDER BY key',
  )
  const setMissing = db.prepare('UPDATE run SET missing = ? WHERE id = ?')
  /** Runs that the database does not know: all that was ever written of them is lost. */
  const unknown = new Map<string, number>()

  return {
    compare() {
      if (!acknowledged.found.size) return
      db.transaction(() => {
        for (const [run, steps] of acknowledged.found) {
          const stored = stepsOf.get(run)
          if (stored === undefined && steps > 0) unknown.set(run, steps)
          if (stored !== undefined && stored < steps) setMissing.run(steps - stored, run)
        }
      }).immediate()
      acknowledged.keepOnly(unknown)
    },
    noted: (metrics) => ({
      ...metrics,
      append(run, frames, steps) {
        const counts = metrics.append(run, frames, steps)
        unknown.delete(run)
        acknowledged.note(run, steps)
        return counts
      },
    }),
    takeBack: acknowledged.lower,
    removed: () => removed.all(),
    list: () => [
      ...missing.all().map((loss) => ({ ...loss, known: true })),
      ...[...unknown].map(([run, steps]) => ({ run, missing: steps, known: false })),
    ],
    settle: () => acknowledged.keepOnly(unknown),
    close: acknowledged.close,
  }
}
