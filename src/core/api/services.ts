import type { RunSpec } from '../domain/spec/run-spec'
import type { GrantedFiles } from '../files/grants'
import type { Jobs } from '../jobs/jobs'
import type { Storage } from '../storage/types'
import type { RunRow } from '../domain/run'
import type { AppInfo, ImportResult } from './contract'

/** Whole runs as one file and back. */
export interface BundleStore {
  /** @throws AppError `run.state` for a live run, `request.tooLarge` */
  pack(rows: readonly RunRow[], options: { checkpoints: boolean }): Promise<Uint8Array>
  /** The same into a file, whole or not at all, however large. @throws AppError `run.state`, and what writing says */
  packInto(path: string, rows: readonly RunRow[], options: { checkpoints: boolean }): Promise<void>
  /** All or nothing; bytes are of at most what a page holds. @throws AppError `bundle.invalid`, `request.tooLarge` */
  unpack(source: string | Uint8Array, onProgress: (done: number, total: number) => void): Promise<ImportResult>
}

/** What handlers work with; the composition root provides it. */
export interface Services {
  storage: Storage
  jobs: Jobs
  bundles: BundleStore
  files: GrantedFiles
  /** The parts of app.info that storage and jobs do not know. */
  engine: AppInfo['engine']
  parallel: number
  version: string
  machine: Pick<AppInfo, 'cores' | 'memoryGb'>
  /** Size of the database's files; asked often, so that it must be cheap. */
  databaseBytes(): number
  /** Checks what a valid spec needs from this machine: data files, engine. @throws AppError where it could not train here */
  checkTrainable(spec: RunSpec): Promise<void>
  now(): number
  newId(): string
}
