import type { Jobs } from '../jobs/jobs'
import type { Storage } from '../storage/types'
import type { AppInfo } from './contract'

/** What handlers work with; the composition root provides it. */
export interface Services {
  storage: Storage
  jobs: Jobs
  /** The parts of app.info that storage and jobs do not know. */
  engine: AppInfo['engine']
  parallel: number
  version: string
  now(): number
  newId(): string
}
