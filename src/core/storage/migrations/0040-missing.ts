import type { Migration } from './migration'

/** Updates that a run had stored, and that are not there any more: the end of a write-ahead log that was damaged. */
export const migration: Migration = {
  version: 40,
  up: 'ALTER TABLE run ADD COLUMN missing INTEGER NOT NULL DEFAULT 0',
}
