import type { Api } from './api/create-api'
import type { Launcher } from './jobs/launcher'
import type { Jobs } from './jobs/jobs'
import type { Storage } from './storage/types'

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
  /** Runs that may train at the same time. */
  parallel?: number
}

export declare function createCore(options: CoreOptions): Promise<Core>
