import type { WritableDb } from '../database'

/** One step of the schema, never edited after it has shipped; numbered by tens. */
export interface Migration {
  version: number
  /** SQL, or a function for what SQL cannot say; runs in a transaction with foreign keys off, checked before it commits. */
  up: string | ((db: WritableDb) => void)
}
