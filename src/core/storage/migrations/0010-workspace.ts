import type { Migration } from './migration'

/**
 * Runs, their metrics and settings.
 *
 * Points are kept by track, the metrics that are recorded at the same steps. The key of a point is its ordinal, counted
 * from 0 in its track; the step is a value, so that the same step twice and steps that go back are legal.
 *
 * - seg: the open tail, one row a flush: n steps, n times, then n values of each metric by position (Float64).
 * - chunk, chunk_values: 1024 points (fewer only at the end of a run that ended), steps and times once, values by metric.
 *   `steps` is NULL where step(i) = step0 + i * stride holds exactly; `times` are whole ms after time0 as Uint32 where
 *   that is exact, else Float64.
 * - tier: for full chunks, 64 entries a row at most; see tier-rows.ts.
 * - non_finite: each run of consecutive NaN or infinite points.
 *
 * Numbers in blobs are little-endian. In summary columns NULL stands for NaN, which SQLite cannot hold.
 * Rows with large blobs are in rowid tables: without rowid each would fill an overflow page of its own.
 */
export const migration: Migration = {
  version: 10,
  up: `
    CREATE TABLE run (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      run_group TEXT NOT NULL,
      tags TEXT NOT NULL,
      notes TEXT NOT NULL,
      status TEXT NOT NULL,
      reason TEXT,
      spec TEXT NOT NULL,
      steps INTEGER NOT NULL DEFAULT 0,
      total_steps INTEGER NOT NULL,
      peak_lr REAL NOT NULL,
      diverged_at REAL,
      created_at REAL NOT NULL,
      started_at REAL,
      ended_at REAL,
      engine TEXT,
      dataset TEXT,
      environment TEXT,
      parameters INTEGER,
      removed_at REAL
    ) STRICT;
    CREATE INDEX run_created_at ON run (created_at) WHERE removed_at IS NULL;
    CREATE INDEX run_name ON run (name) WHERE removed_at IS NULL;
    CREATE INDEX run_group ON run (run_group) WHERE removed_at IS NULL;
    CREATE INDEX run_status ON run (status) WHERE removed_at IS NULL;
    CREATE INDEX run_peak_lr ON run (peak_lr) WHERE removed_at IS NULL;
    CREATE INDEX run_steps ON run (steps) WHERE removed_at IS NULL;
    CREATE INDEX run_ended_at ON run (ended_at) WHERE removed_at IS NULL;
    CREATE INDEX run_removed_at ON run (removed_at) WHERE removed_at IS NOT NULL;

    CREATE TABLE track (
      key INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      name TEXT NOT NULL,
      points INTEGER NOT NULL DEFAULT 0,
      UNIQUE (run, name)
    ) STRICT;

    CREATE TABLE metric (
      key INTEGER PRIMARY KEY,
      run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
      track INTEGER NOT NULL REFERENCES track (key) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      name TEXT NOT NULL,
      count INTEGER NOT NULL DEFAULT 0,
      last REAL,
      last_step REAL,
      min REAL,
      min_step REAL,
      max REAL,
      max_step REAL,
      non_finite INTEGER NOT NULL DEFAULT 0,
      first_non_finite_step REAL,
      UNIQUE (run, name),
      UNIQUE (track, position)
    ) STRICT;
    CREATE INDEX metric_name ON metric (name, run);

    CREATE TABLE seg (
      track INTEGER NOT NULL REFERENCES track (key) ON DELETE CASCADE,
      ord0 INTEGER NOT NULL,
      n INTEGER NOT NULL,
      data BLOB NOT NULL,
      PRIMARY KEY (track, ord0)
    ) STRICT;

    CREATE TABLE chunk (
      track INTEGER NOT NULL REFERENCES track (key) ON DELETE CASCADE,
      ord0 INTEGER NOT NULL,
      n INTEGER NOT NULL,
      min_step REAL NOT NULL,
      max_step REAL NOT NULL,
      step0 REAL NOT NULL,
      stride REAL NOT NULL,
      steps BLOB,
      time0 REAL NOT NULL,
      times BLOB NOT NULL,
      PRIMARY KEY (track, ord0)
    ) STRICT;

    CREATE TABLE chunk_values (
      metric INTEGER NOT NULL REFERENCES metric (key) ON DELETE CASCADE,
      ord0 INTEGER NOT NULL,
      vals BLOB NOT NULL,
      PRIMARY KEY (metric, ord0)
    ) STRICT;

    CREATE TABLE tier (
      metric INTEGER NOT NULL REFERENCES metric (key) ON DELETE CASCADE,
      level INTEGER NOT NULL,
      ord0 INTEGER NOT NULL,
      n INTEGER NOT NULL,
      data BLOB NOT NULL,
      PRIMARY KEY (metric, level, ord0)
    ) STRICT;

    CREATE TABLE non_finite (
      metric INTEGER NOT NULL REFERENCES metric (key) ON DELETE CASCADE,
      ord0 INTEGER NOT NULL,
      count INTEGER NOT NULL,
      from_step REAL NOT NULL,
      to_step REAL NOT NULL,
      kind TEXT NOT NULL,
      PRIMARY KEY (metric, ord0)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
}
