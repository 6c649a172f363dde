import { AppError } from '../domain/errors'
import { parseRunSpec } from '../domain/spec/run-spec'
import {
  type BundleRun,
  BundleRuns,
  type BundleTrack,
  checkpointEntry,
  MAX_JSON,
  MAX_SERIES_FILE,
  RUNS,
  seriesFile,
} from './format'
import { notABundle, type OpenBundle, parseAs, parseJson } from './open-bundle'

/**
 * Checks all that a bundle holds before anything of it is stored: settings by their schema, tracks, the size and the
 * checksum of every file, and that there is no file that no run names.
 *
 * @param read told of the bytes of each file
 * @returns its runs, specs complete
 * @throws AppError `bundle.invalid`
 */
export async function checkBundle(bundle: OpenBundle, read: (bytes: number) => void): Promise<BundleRun[]> {
  const sizes = new Map(bundle.manifest.files.map(({ name, bytes }) => [name, bytes]))
  if ((sizes.get(RUNS) ?? 0) > MAX_JSON) throw notABundle(`its ${RUNS} has more than ${MAX_JSON} bytes`)
  const { runs } = parseAs(RUNS, BundleRuns, parseJson(RUNS, await bundle.read(RUNS)))
  read(2 * sizes.get(RUNS)!)
  if (runs.length !== bundle.manifest.runs)
    throw notABundle(`its manifest says ${bundle.manifest.runs} runs, its ${RUNS} has ${runs.length}`)
  const ids = new Set(runs.map(({ id }) => id))
  if (ids.size !== runs.length) throw notABundle('it holds one run twice')

  const named = new Set([RUNS])
  const use = (name: string, bytes: number) => {
    if (sizes.get(name) !== bytes)
      throw notABundle(`${name} has ${sizes.get(name) ?? 'no'} bytes where ${bytes} belong`)
    named.add(name)
  }
  const checkedRuns = runs.map((run, r): BundleRun => {
    checkTracks(run, r, use)
    for (const { step, bytes } of run.checkpoints) use(checkpointEntry(r, step), bytes)
    return { ...run, spec: specOf(run) }
  })
  for (const name of sizes.keys()) if (!named.has(name)) throw notABundle(`no run of it names ${name}`)

  for (const name of named) {
    if (name === RUNS) continue
    if (name.startsWith('series/')) checkPlaces(name, await bundle.read(name), placesOf(checkedRuns, name))
    // Read to its end: its checksum is known only then.
    else for await (const _ of bundle.pieces(name));
    read(sizes.get(name)!)
  }
  return checkedRuns
}

function specOf({ id, spec }: BundleRun): unknown {
  try {
    return parseRunSpec(spec)
  } catch (error) {
    if (error instanceof AppError) throw notABundle(`the settings of run ${id}: ${error.message}`, error)
    throw error
  }
}

/** What storing would refuse is refused before: names, order and sizes of tracks. */
function checkTracks({ id, tracks }: BundleRun, r: number, use: (name: string, bytes: number) => void): void {
  const names = tracks.map(({ name }) => name)
  const metrics = tracks.flatMap((track) => track.metrics)
  if (new Set(names).size !== names.length || new Set(metrics).size !== metrics.length)
    throw notABundle(`run ${id} has a track or a metric twice`)
  const long = [...names, ...metrics].find((name) => Buffer.byteLength(name) > 256)
  if (long !== undefined) throw notABundle(`run ${id} has a metric whose name is longer than 256 bytes`)
  tracks.forEach((track, t) => {
    let at = 0
    for (const { ordinal, n } of track.files) {
      if (ordinal !== at || n < 1)
        throw notABundle(`the points of track ${track.name} of run ${id} do not follow each other`)
      at += n
      const bytes = bytesOf(track, n)
      if (bytes > MAX_SERIES_FILE)
        throw notABundle(`a file of run ${id} has more than ${MAX_SERIES_FILE} bytes of points`)
      use(seriesFile(r, t, ordinal), bytes)
    }
    if (at !== track.points)
      throw notABundle(`track ${track.name} of run ${id} has ${at} points where ${track.points} are said`)
  })
}

const bytesOf = ({ metrics }: BundleTrack, n: number): number => 8 * n * (2 + metrics.length)

/** How many steps and times stand at the beginning of a file. */
function placesOf(runs: readonly BundleRun[], name: string): number {
  const [, r, t, ordinal] = /^series\/(\d+)\/(\d+)-(\d+)\.f64$/.exec(name)!.map(Number)
  return 2 * runs[r!]!.tracks[t!]!.files.find((file) => file.ordinal === ordinal)!.n
}

/** Steps and times must be finite; values may be anything. */
function checkPlaces(name: string, bytes: Buffer, places: number): void {
  for (let i = 0; i < places; i++)
    if (!Number.isFinite(bytes.readDoubleLE(8 * i))) throw notABundle(`${name} has a step or a time that is not finite`)
}
