import { statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../domain/errors'
import { ACKNOWLEDGED_NAME, openAcknowledged } from './acknowledged'
import { damageAdvice } from './backups'
import { openCheck } from './check'
import { type CheckpointKeeping, openCheckpoints } from './checkpoints'
import { connectTo, readable, type WritableDb } from './database'
import { databaseFile, makeFolder } from './folder'
import { openMetrics } from './metrics/metrics'
import { openSmoothed } from './metrics/smoothed'
import { migrate, refuseForeign } from './migrate'
import { MIGRATIONS } from './migrations'
import type { Migration } from './migrations/migration'
import { openRowCache } from './row-cache'
import { openRuns } from './runs'
import { openSavedViews } from './saved-views'
import { openSettings } from './settings'
import { type Losses, openLosses } from './losses'
import { guard, guardAll } from './storage-errors'
import type { RunStore, Storage } from './types'

export interface OpenOptions {
  /** The clock, in ms since the epoch. */
  now(): number
  /** The schema to bring the workspace to; every known migration by default. */
  migrations?: readonly Migration[]
}

/** How long a write waits for another connection, in ms. */
const BUSY_MS = 5000

/**
 * Opens a workspace folder, making it where it does not exist. The caller holds the workspace's lock.
 *
 * Every commit reaches the disk before it counts (write-ahead log, synchronous = FULL). After a stop that did not close
 * the file, its structure is checked first.
 *
 * @throws AppError workspace.newer, workspace.invalid, workspace.readonly, workspace.full
 */
export function openWorkspace(dir: string, { now, migrations = MIGRATIONS }: OpenOptions): Storage {
  const path = makeFolder(dir)
  const { file, bytes } = databaseFile(path)
  const db = guard(file, () => connect(file, bytes > 0, migrations, now))
  const cache = openRowCache(readable(db))
  const smoothed = openSmoothed()
  const metrics = guardAll(file, openMetrics(db, cache.touch, smoothed))
  const runs = guardAll(file, openRuns(db, now, cache))
  const checkpoints = openCheckpoints(db, path, now)
  guard(path, checkpoints.sweep)
  const losses = openLosses(db, openAcknowledged(join(path, ACKNOWLEDGED_NAME)))
  guard(path, losses.compare)
  const setSteps = db.prepare('UPDATE run SET steps = ?, missing = 0 WHERE id = ?')
  const rewind = db.transaction((run: string, step: number, evaluationDue: boolean) => {
    metrics.truncate(run, (track) => (evaluationDue && track === 'evaluation' ? step - 1 : step))
    setSteps.run(step, run)
    return checkpoints.forgetAfter(run, step)
  })
  const storage = {
    runs: removeFiles(sealInterrupted(runs, metrics.seal), checkpoints, losses, smoothed.clear),
    metrics: guardAll(file, losses.noted(metrics)),
    checkpoints: guardAll(path, checkpoints.store),
    ...guardAll(file, {
      rewind(run: string, { step, evaluationDue }: { step: number; evaluationDue: boolean }) {
        losses.takeBack([run], step)
        rewind.immediate(run, step, evaluationDue)()
      },
      losses: losses.list,
    }),
    views: guardAll(file, openSavedViews(db, now)),
    settings: guardAll(file, openSettings(db)),
    ...guardAll(file, { check: openCheck(db, file) }),
  }
  const close = () => {
    if (!db.open) return
    try {
      storage.runs.purge()
      const [{ busy } = { busy: 1 }] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
      if (!busy) losses.settle()
    } finally {
      losses.close()
      db.close()
    }
  }
  return { dir: path, file, ...storage, close: () => guard(file, close) }
}

function connect(file: string, exists: boolean, migrations: readonly Migration[], now: () => number): WritableDb {
  // A clean close removes the log: one with something in it is what an unclean stop leaves.
  const unclean = exists && (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
  const db = connectTo(file, { timeout: BUSY_MS })
  try {
    refuseForeign(db, file, migrations.at(-1)!.version)
    // Fails here, and not at the first batch, where the file or its folder cannot be written.
    db.exec('BEGIN IMMEDIATE; ROLLBACK')
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('checkpoint_fullfsync = ON')
    db.pragma('foreign_keys = ON')
    // Curves that are looked at are asked for again with every zoom: 64 MB of pages stay at hand.
    db.pragma('cache_size = -65536')
    if (unclean) quickCheck(db, file)
    migrate(db, file, migrations, now)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function quickCheck(db: WritableDb, file: string): void {
  const result = db.pragma('quick_check(1)', { simple: true }) as string
  if (result === 'ok') return
  throw new AppError('workspace.invalid', `${file} is damaged: ${result}. ${damageAdvice(file)}`, {
    field: 'data',
    got: file,
    problem: result,
  })
}

/** What a dead process left in segments is packed when its run is marked as interrupted. */
const sealInterrupted = (runs: RunStore, seal: (run: string) => void): RunStore => ({
  ...runs,
  interruptLive(reason, at) {
    const ids = runs.interruptLive(reason, at)
    for (const id of ids) seal(id)
    return ids
  },
})

/** A run that is gone for good takes its checkpoints along, and what was remembered of its points. */
const removeFiles = (runs: RunStore, checkpoints: CheckpointKeeping, losses: Losses, forget: () => void): RunStore => ({
  ...runs,
  purge(ids) {
    losses.takeBack(ids ?? losses.removed(), 0)
    const purged = runs.purge(ids)
    forget()
    if (ids) checkpoints.removeAll(ids)
    else if (purged) checkpoints.sweep()
    return purged
  },
})
