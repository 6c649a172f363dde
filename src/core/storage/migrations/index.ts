import { migration as workspace } from './0010-workspace'
import { migration as checkpoint } from './0020-checkpoint'
import { migration as comparison } from './0030-comparison'
import { migration as missing } from './0040-missing'
import type { Migration } from './migration'

/** Every migration in order; the last one's version is the schema that this program knows. */
export const MIGRATIONS: readonly Migration[] = [workspace, checkpoint, comparison, missing]
