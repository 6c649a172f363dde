import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableCsv } from '../../domain/export/data/csv'
import { seriesTable } from '../../domain/export/data/series-table'
import { guard } from '../storage-errors'
import type { TrackPoints } from './track-points'

export const LOOSE_FOLDER = 'points-without-settings'

/**
 * Writes the points of a run that no workspace can take, as its settings are lost: a row a point, every bit of it.
 * @returns the file; null where no point is left
 */
export function writeLoosePoints(into: string, key: number, id: string | null, tracks: readonly TrackPoints[]) {
  const run = id ?? `run ${key}`
  const series = tracks.flatMap(({ pieces }) =>
    pieces.flatMap(({ steps, times, values }) =>
      [...values].flatMap(([metric, column]) => (column ? [{ run, metric, steps, times, values: column }] : [])),
    ),
  )
  if (!series.length) return null
  const folder = join(into, LOOSE_FOLDER)
  // An id may be damaged too: its key in the table makes the name one of a file, and different from any other.
  const file = join(folder, `${key}-${run.replaceAll(/[^\w-]/g, '_').slice(0, 64)}.csv`)
  guard(folder, () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, tableCsv(seriesTable(series, 'long')))
  })
  return file
}
