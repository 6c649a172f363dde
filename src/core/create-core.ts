import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { type Api, createApi } from './api/create-api'
import { idFrom } from './domain/ids'
import { createBundles } from './bundle/bundles'
import { parallelFor } from './domain/threads'
import { describeEngine } from './engine/backends/resolve'
import { checkTrainable } from './engine/check-trainable'
import { forkLauncher } from './jobs/fork-launcher'
import { grantedFiles, noGrants, type RedeemGrant } from './files/grants'
import type { Jobs } from './jobs/jobs'
import type { Launcher } from './jobs/launcher'
import { createJobs } from './jobs/queue'
import { acquireLock } from './storage/lock'
import { openWorkspace } from './storage/open'
import type { Storage } from './storage/types'
import { VERSION } from './version'

/** A running core: the only thing that shells hold. */
export interface Core {
  api: Api
  jobs: Jobs
  storage: Storage
  /** Publishes where a server answers, so that a second process can attach. */
  announce(address: string, token: string): void
  /** Stops jobs, closes the database, releases the lock; safe to call twice. */
  close(): Promise<void>
}

export interface CoreOptions {
  /** Workspace folder; made where it does not exist. */
  dir: string
  /** Who holds the workspace, for the message a second process shows. */
  kind: 'app' | 'serve' | 'cli'
  launcher?: Launcher
  /** What grants of file dialogs stand for; without a window there are none. */
  redeemGrant?: RedeemGrant
  /** Runs that may train at the same time, at least 1; by default what suits the engine and the cores. */
  parallel?: number
}

/** Failures that belong to no caller: nobody waits for a background batch, so they go where the shell's log is. */
const report = (error: unknown) => console.error(error instanceof Error ? `Error: ${error.message}` : error)

const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

/**
 * The composition root: takes the workspace's lock, opens it, marks what a dead process left as interrupted,
 * and wires storage, jobs and api together.
 *
 * @throws AppError workspace.locked, workspace.newer, workspace.invalid, workspace.readonly
 */
export async function createCore({ dir, kind, launcher, ...options }: CoreOptions): Promise<Core> {
  const now = () => Date.now()
  // Before the lock: where this fails there is nothing to let go.
  const engine = await describeEngine('auto')
  const lock = acquireLock(dir, kind)
  let storage: Storage
  try {
    storage = openWorkspace(dir, { now })
  } catch (error) {
    lock.release()
    throw error
  }
  storage.runs.interruptLive('Anneal ended while this run was training; every stored step is kept', now())
  // The trainer's file is looked for only when a run starts: reading needs none.
  let launch: Launcher | undefined = launcher
  const cores = availableParallelism()
  const parallel = options.parallel ?? parallelFor(engine, cores)
  const jobs = createJobs({ storage, launch: () => (launch ??= forkLauncher())(), now, parallel, onError: report })
  const newId = () => idFrom(randomBytes(8))
  const api = createApi({
    storage,
    jobs,
    bundles: createBundles(storage, VERSION, newId),
    files: grantedFiles(options.redeemGrant ?? noGrants, dir),
    engine: { kind: engine.kind, label: engine.label, whyNotFaster: engine.whyNotFaster },
    parallel,
    version: VERSION,
    machine: { cores, memoryGb: Math.round(totalmem() / 2 ** 30) },
    checkTrainable,
    databaseBytes: () => bytesOf(storage.file) + bytesOf(`${storage.file}-wal`),
    now,
    newId,
  })
  // Who opens a page asks for the table next: its rows are read before. A command may need none of them.
  const readAhead = kind === 'cli' ? undefined : setImmediate(readRows, storage)
  let closing: Promise<void> | null = null
  return {
    api,
    jobs,
    storage,
    announce: (address, token) => lock.announce(address, token),
    close: () => {
      clearImmediate(readAhead)
      return (closing ??= jobs.close().finally(() => {
        try {
          storage.close()
        } finally {
          lock.release()
        }
      }))
    },
  }
}

/** Reads all rows once, so that the first table is as fast as the next; where that fails, asking for it says why. */
function readRows({ runs }: Storage): void {
  try {
    runs.all()
  } catch (error) {
    report(error)
  }
}
