import { statSync } from 'node:fs'
import { readable, type WritableDb } from './database'
import { schemaVersion } from './migrate'
import type { Storage } from './types'

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** Inspects a workspace from end to end: the file's structure, references, and that every counted point is there. */
export function openCheck(db: WritableDb, file: string): Storage['check'] {
  const read = readable(db)
  const runs = read.column<number>('SELECT count(*) FROM run')
  const points = read.column<number>('SELECT coalesce(sum(count), 0) FROM metric')
  const incomplete = read.query<{ run: string; track: string; points: number; stored: number }>(`
    SELECT * FROM (
      SELECT run.id AS run, track.name AS track, track.points,
        (SELECT coalesce(sum(n), 0) FROM chunk WHERE track = track.key) +
        (SELECT coalesce(sum(n), 0) FROM seg WHERE track = track.key) AS stored
      FROM track JOIN run ON run.key = track.run)
    WHERE points <> stored`)
  return () => {
    const structure = db.pragma('integrity_check', { simple: false }) as { integrity_check: string }[]
    const problems = [
      ...structure.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
      ...incomplete
        .all()
        .map(
          ({ run, track, points, stored }) => `run ${run}, track ${track}: ${stored} of ${points} points are stored`,
        ),
    ]
    return {
      integrity: problems.length ? problems.join('\n') : 'ok',
      foreignKeys: (db.pragma('foreign_key_check') as unknown[]).length,
      version: schemaVersion(db),
      bytes: sizeOf(file) + sizeOf(`${file}-wal`),
      runs: runs.get()!,
      points: points.get()!,
    }
  }
}
