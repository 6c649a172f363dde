import { existsSync } from 'node:fs'
import { bestCheckpoint, checkpointRule, supersededCheckpoints } from '../domain/checkpoint-rule'
import type { RunSpec } from '../domain/spec/run-spec'
import { checkpointFile, openCheckpointFiles, wholeFile } from './checkpoint-files'
import { readable, type WritableDb } from './database'
import { runNotFound } from './runs'
import type { CheckpointRow, CheckpointStore } from './types'

interface CheckpointRecord {
  step: number
  bytes: number
  sha256: string
  value: number | null
  savedAt: number
}

/** What the rest of storage needs of checkpoints beside what everyone does. */
export interface CheckpointKeeping {
  store: CheckpointStore
  /** Forgets those after an update, inside the caller's transaction; returns what removes their files after it. */
  forgetAfter(run: string, step: number): () => void
  /** Removes the files of runs that are gone. */
  removeAll(runs: readonly string[]): void
  /** Removes files that no record names. */
  sweep(): void
}

/** Records of checkpoints, and their files: a record is made when its file is whole, a file goes when its record has gone. */
export function openCheckpoints(db: WritableDb, dir: string, now: () => number): CheckpointKeeping {
  const read = readable(db)
  const files = openCheckpointFiles(dir)
  const keyed = read.query<{ key: number; spec: string }>('SELECT key, spec FROM run WHERE id = ?')
  const ofRun = read.query<CheckpointRecord>(
    'SELECT step, bytes, sha256, value, saved_at AS savedAt FROM checkpoint WHERE run = ? ORDER BY step',
  )
  const all = read.query<{ id: string; step: number }>(
    'SELECT run.id, step FROM checkpoint JOIN run ON run.key = checkpoint.run',
  )
  const recorded = read.query<{ run: string; step: number; sha256: string }>(`
    SELECT run.id AS run, step, sha256 FROM checkpoint JOIN run ON run.key = checkpoint.run
    WHERE removed_at IS NULL ORDER BY run.key, step`)
  const put = db.prepare(
    'INSERT OR REPLACE INTO checkpoint (run, step, bytes, sha256, value, saved_at) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const forget = db.prepare('DELETE FROM checkpoint WHERE run = ? AND step = ?')
  const after = read.column<number>('SELECT step FROM checkpoint WHERE run = ? AND step > ?')

  const recordOf = (run: string) => {
    const record = keyed.get(run)
    if (!record) throw runNotFound(run)
    return { key: record.key, rule: checkpointRule(JSON.parse(record.spec) as RunSpec) }
  }

  const add = db.transaction((run: string, saved: Omit<CheckpointRecord, 'savedAt'> & { savedAt?: number }) => {
    const { step, bytes, sha256, value, savedAt = now() } = saved
    const { key, rule } = recordOf(run)
    put.run(key, step, bytes, sha256, value, savedAt)
    const superseded = rule ? supersededCheckpoints(rule, ofRun.all(key)) : []
    for (const one of superseded) forget.run(key, one.step)
    return superseded.map((one) => one.step)
  })

  return {
    store: {
      folder: files.folder,
      add(run, saved) {
        files.remove(run, add.immediate(run, saved))
      },
      list(run) {
        const { key, rule } = recordOf(run)
        const records = ofRun.all(key)
        const best = rule && bestCheckpoint(rule, records)
        return records
          .map((record): CheckpointRow => {
            const file = files.path(run, record.step)
            return { ...record, file, best: record === best, there: existsSync(file) }
          })
          .reverse()
      },
      unusable: () =>
        recorded.all().flatMap(({ run, step, sha256 }) => {
          const found = wholeFile(files.path(run, step))
          if (typeof found === 'string') return [{ run, step, why: found }]
          return found.sha256 === sha256 ? [] : [{ run, step, why: 'its file is not the one that was recorded' }]
        }),
    },
    forgetAfter(run, step) {
      const { key } = recordOf(run)
      const steps = after.all(key, step)
      for (const each of steps) forget.run(key, each)
      return () => files.remove(run, steps)
    },
    removeAll: (runs) => runs.forEach((run) => files.clean(run, new Set())),
    sweep() {
      const recorded = new Map<string, Set<string>>()
      for (const { id, step } of all.all()) recorded.set(id, (recorded.get(id) ?? new Set()).add(checkpointFile(step)))
      files.sweep(recorded)
    },
  }
}
