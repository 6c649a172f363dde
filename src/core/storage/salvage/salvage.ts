import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AppError } from '../../domain/errors'
import { inParts } from '../../domain/in-parts'
import type { Frame } from '../../domain/metrics'
import { DATABASE_NAME } from '../folder'
import { refuseHeld } from '../lock'
import { openWorkspace } from '../open'
import { guard } from '../storage-errors'
import type { BroughtRun, Storage } from '../types'
import { salvageCheckpoints } from './checkpoint-copies'
import { broughtRun } from './brought-run'
import type { SalvagedRun, SalvageReport } from './report'
import { writeLoosePoints } from './loose-points'
import { scan } from './scan'
import { type Tables, tablesOf } from './tables'
import { type Piece, type TrackPoints, trackPoints } from './track-points'

/** A commit waits for the disk: one for each piece would take most of the time. */
const PIECES_A_COMMIT = 64

/**
 * Reads what can be read of a damaged workspace, page by page, into a new one. The old one is only read, never opened as
 * a database: nothing in its folder changes.
 *
 * @param into a new folder, or an empty one
 * @throws AppError `input.invalid` where there is nothing to read, `file.exists`, `workspace.locked`, `workspace.full`
 */
export function salvageWorkspace(dir: string, into: string, now: () => number): SalvageReport {
  const [from, target] = [resolve(dir), resolve(into)]
  const file = join(from, DATABASE_NAME)
  if (!existsSync(file))
    throw new AppError('input.invalid', `There is no ${DATABASE_NAME} in ${from}`, { field: '--data', got: from })
  refuseHeld(from)
  if (existsSync(target) && readdirSync(target).length)
    throw new AppError('file.exists', `${target} is not empty; nothing was written`, {
      field: '--salvage',
      got: target,
      allowed: 'a new folder, or an empty one',
    })
  const found = guard(file, () => scan(file))
  const tables = tablesOf(found)
  guard(target, () => mkdirSync(target, { recursive: true }))
  const storage = openWorkspace(target, { now })
  try {
    const { runs, lostRuns } = salvageRuns(tables, storage, from)
    const lostSettings = salvageSettings(tables, storage)
    const damaged = { pages: found.damagedPages, rows: found.damagedRows, logFrames: found.damagedFrames }
    return { into: target, runs, lostRuns, lostSettings, damaged }
  } finally {
    storage.close()
  }
}

function salvageRuns(tables: Tables, storage: Storage, from: string): Pick<SalvageReport, 'runs' | 'lostRuns'> {
  const keys = new Set([...tables.ids.keys(), ...[...tables.tracks.values()].map(({ run }) => run)])
  const runs: SalvagedRun[] = []
  const lostRuns: SalvageReport['lostRuns'] = []
  for (const key of [...keys].sort((a, b) => a - b)) {
    const record = tables.runs.get(key)
    // Deleted, and waiting for the workspace to be closed.
    if (record && record.removed_at !== null) continue
    const tracks = [...tables.tracks].filter(([, { run }]) => run === key).map(([track]) => trackPoints(tables, track))
    const brought = record && broughtRun(record)
    if (!brought || storage.runs.has(brought.run.id) || !writeRun(storage, brought.run, tracks)) {
      const id = tables.ids.get(key) ?? null
      lostRuns.push({ id, points: countOf(tracks), file: writeLoosePoints(storage.dir, key, id, tracks) })
      continue
    }
    const { run, lostFacts } = brought
    runs.push({
      id: run.id,
      name: run.name,
      points: countOf(tracks),
      lost: tracks.flatMap(({ lost }) => lost),
      lostFacts,
      ...salvageCheckpoints(storage, from, run, tables.checkpoints.get(key) ?? []),
    })
  }
  return { runs, lostRuns }
}

/** False where what is damaged cannot be stored: names that are there twice, text in place of a number. */
function writeRun(storage: Storage, run: BroughtRun, tracks: readonly TrackPoints[]): boolean {
  try {
    storage.runs.bring(run)
    for (const track of tracks) writeTrack(storage, run.id, track, run.steps)
    storage.metrics.seal(run.id)
    storage.runs.restore(run.id)
    return true
  } catch (error) {
    if (error instanceof AppError && error.code.startsWith('workspace.')) throw error
    storage.runs.purge([run.id])
    return false
  }
}

const countOf = (tracks: readonly TrackPoints[]): number =>
  tracks.reduce(
    (sum, { pieces }) => sum + pieces.reduce((n, piece) => n + valuesOf(piece).length * piece.steps.length, 0),
    0,
  )

const valuesOf = ({ values }: Piece) => [...values.values()].filter((one) => one !== null)

/** A metric that lacks points where others of its track have them is recorded on a track of its own. */
function writeTrack(storage: Storage, run: string, { name, metrics, pieces }: TrackPoints, steps: number): void {
  const whole = metrics.filter((metric) => pieces.every(({ values }) => values.get(metric)))
  const groups = [
    { track: name, metrics: whole },
    ...metrics
      .filter((metric) => !whole.includes(metric))
      .map((metric) => ({ track: `${name} ${metric}`, metrics: [metric] })),
  ]
  for (const group of groups.filter((one) => one.metrics.length)) {
    const frames = pieces.flatMap((piece) => frameOf(group, piece) ?? [])
    for (const part of inParts(frames, PIECES_A_COMMIT)) storage.metrics.append(run, part, steps)
  }
}

function frameOf(group: Pick<Frame, 'track' | 'metrics'>, { steps, times, values }: Piece): Frame | null {
  const columns = group.metrics.map((metric) => values.get(metric) ?? null)
  if (columns.includes(null)) return null
  const n = steps.length
  const data = new Float64Array(n * (2 + columns.length))
  for (const [j, column] of [steps, times, ...columns].entries()) data.set(column!, j * n)
  return { ...group, n, data }
}

/** Returns what cannot be read. */
function salvageSettings({ settings, views }: Tables, storage: Storage): string[] {
  const lost: string[] = []
  const attempt = (name: string, take: () => void) => {
    try {
      take()
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      lost.push(name)
    }
  }
  for (const [key, value] of settings) attempt(`setting ${key}`, () => storage.settings.set(key, JSON.parse(value)))
  for (const { kind, name, state } of views)
    attempt(`view ${name} of ${kind}`, () => storage.views.save(kind, name, JSON.parse(state)))
  return lost
}
