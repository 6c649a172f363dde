import type { Migration } from './migration'

/**
 * Checkpoints of runs, one row a file `checkpoints/<run>/<step>.ckpt` beside the database. `step` is the number of
 * updates done; `value` that of the metric that the run keeps its best one by, NULL where none was measured there.
 * Which are the best and the newest follows from the rows and the run's spec.
 */
export const migration: Migration = {
  version: 20,
  up: `
    CREATE TABLE checkpoint (
      run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      step INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      value REAL,
      saved_at REAL NOT NULL,
      PRIMARY KEY (run, step)
    ) STRICT, WITHOUT ROWID;
  `,
}
