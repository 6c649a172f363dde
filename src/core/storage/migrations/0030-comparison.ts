import type { Migration } from './migration'

/**
 * How the user arranges runs for comparing them: hidden, pinned, coloured (1 to 12; NULL: the page chooses), and saved
 * views of the pages that compare (`state` is JSON).
 *
 * Lists of runs are filtered and sorted in memory now, all by one rule: the indexes that gave an order go, one of which
 * every batch of points had to change.
 */
export const migration: Migration = {
  version: 30,
  up: `
    ALTER TABLE run ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE run ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE run ADD COLUMN colour INTEGER;
    DROP INDEX IF EXISTS run_created_at;
    DROP INDEX IF EXISTS run_group;
    DROP INDEX IF EXISTS run_status;
    DROP INDEX IF EXISTS run_peak_lr;
    DROP INDEX IF EXISTS run_steps;
    DROP INDEX IF EXISTS run_ended_at;

    CREATE TABLE saved_view (
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      state TEXT NOT NULL,
      saved_at REAL NOT NULL,
      PRIMARY KEY (kind, name)
    ) STRICT, WITHOUT ROWID;
  `,
}
