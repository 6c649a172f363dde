import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import * as v from 'valibot'
import { type Entry, fromBufferPromise, openPromise, type ZipFile } from 'yauzl'
import { AppError } from '../domain/errors'
import { BUNDLE_VERSION, FILE_NAME, type BundleLimits, Manifest, MANIFEST, MAX_JSON, MAX_RATIO } from './format'

/** A file on disk, or all bytes of one. */
export type BundleSource = string | Uint8Array

/** A bundle whose list of files is sound; the files themselves are checked as they are read. */
export interface OpenBundle {
  manifest: Manifest
  /** A whole file, its size and hash checked. @throws AppError `bundle.invalid` */
  read(name: string): Promise<Buffer>
  /** A file piece by piece; ends with an error where size or hash are not those of the manifest. */
  pieces(name: string): AsyncGenerator<Buffer>
  close(): void
}

/** Below this size a ratio says nothing: a few repeated settings compress very well. */
const RATIO_MATTERS = 16 * 2 ** 20

export const notABundle = (problem: string, cause?: unknown): AppError =>
  new AppError(
    'bundle.invalid',
    `This is no bundle that can be imported: ${problem}. Nothing was changed`,
    { field: 'bundle', problem },
    { cause },
  )

/**
 * Opens a bundle and checks everything that can be known without unpacking it: names, kinds, sizes, and that archive
 * and manifest list the same files.
 *
 * @throws AppError `bundle.invalid`, `file.unreadable`
 */
export async function openBundle(source: BundleSource, limits: BundleLimits): Promise<OpenBundle> {
  const { zip, size } = await openZip(source)
  try {
    const entries = await listEntries(zip, size, limits)
    const read = async (name: string, most: number) => {
      const entry = entries.get(name)
      if (!entry) throw notABundle(`it has no ${name}`)
      if (entry.uncompressedSize > most)
        throw notABundle(`its ${name} has ${entry.uncompressedSize} bytes, at most ${most} are read`)
      return collect(unpack(zip, entry))
    }
    const manifest = parseManifest(await read(MANIFEST, MAX_JSON))
    const listed = compare(manifest, entries, limits)
    const pieces = (name: string) => checked(name, unpack(zip, entryOf(entries, name)), listed.get(name)!)
    return {
      manifest,
      pieces,
      read: (name) => collect(pieces(name)),
      close: () => zip.close(),
    }
  } catch (error) {
    zip.close()
    throw error
  }
}

async function openZip(source: BundleSource): Promise<{ zip: ZipFile; size: number }> {
  const options = { lazyEntries: true, autoClose: false, strictFileNames: true, validateEntrySizes: true }
  if (typeof source === 'string' && !statSync(source, { throwIfNoEntry: false })?.isFile())
    throw new AppError('file.unreadable', `${source} cannot be read: there is no such file`, { field: source })
  try {
    if (typeof source === 'string') return { zip: await openPromise(source, options), size: statSync(source).size }
    const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength)
    return { zip: await fromBufferPromise(bytes, options), size: bytes.length }
  } catch (error) {
    throw notABundle(`it is no zip archive, or it was cut short (${(error as Error).message})`, error)
  }
}

async function listEntries(zip: ZipFile, size: number, limits: BundleLimits): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.files)
    throw notABundle(`it has ${zip.entryCount} files, at most ${limits.files} are read`)
  const entries = new Map<string, Entry>()
  let [unpacked, packed] = [0, 0]
  const take = (entry: Entry) => {
    const problem = problemOf(entry)
    if (problem) throw notABundle(problem)
    if (entries.has(entry.fileName)) throw notABundle(`it has ${entry.fileName} twice`)
    entries.set(entry.fileName, entry)
    unpacked += entry.uncompressedSize
    packed += entry.compressedSize
    if (unpacked > limits.totalBytes)
      throw notABundle(`its files have more than ${limits.totalBytes} bytes together, which are at most read`)
  }
  try {
    for await (const entry of zip.eachEntry()) take(entry)
  } catch (error) {
    throw error instanceof AppError ? error : notABundle((error as Error).message, error)
  }
  if (packed > size) throw notABundle('its files overlap')
  if (unpacked > RATIO_MATTERS && unpacked / size > MAX_RATIO)
    throw notABundle(`unpacked it is ${Math.round(unpacked / size)} times as large, which no honest bundle is`)
  return entries
}

/** Kind of a file by Unix, in the upper half of the attributes: regular, or not said. */
const REGULAR = 0o10
const STORED = 0
const DEFLATED = 8

function problemOf(entry: Entry): string | null {
  const { fileName, compressionMethod, externalFileAttributes, generalPurposeBitFlag } = entry
  const shown = JSON.stringify(fileName.length > 100 ? `${fileName.slice(0, 100)}…` : fileName)
  if (!FILE_NAME.test(fileName)) return `it holds ${shown}, which is no file of a bundle`
  const kind = externalFileAttributes >>> 28
  if (kind !== 0 && kind !== REGULAR) return `${shown} is a link or a device, not a file`
  if (generalPurposeBitFlag & 1) return `${shown} is encrypted`
  if (compressionMethod !== STORED && compressionMethod !== DEFLATED) return `${shown} is packed in an unknown way`
  return null
}

function parseManifest(bytes: Buffer): Manifest {
  const json = parseJson(MANIFEST, bytes)
  const { version } = (json ?? {}) as { version?: unknown }
  if (typeof version === 'number' && version > BUNDLE_VERSION)
    throw notABundle(`it has version ${version}, this Anneal reads version ${BUNDLE_VERSION}; a newer one wrote it`)
  return parseAs(MANIFEST, Manifest, json)
}

export function parseJson(name: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw notABundle(`its ${name} is not JSON`, error)
  }
}

/** A value by its schema; says which field is wrong. @throws AppError `bundle.invalid` */
export function parseAs<S extends v.GenericSchema>(name: string, schema: S, json: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, json, { abortEarly: true })
  if (result.success) return result.output
  const [issue] = result.issues
  throw notABundle(`${v.getDotPath(issue) ?? 'the whole'} of its ${name} ${issue.message}`)
}

type Listed = Map<string, Manifest['files'][number]>

/** Archive and manifest must list the same files with the same sizes. */
function compare({ files, runs }: Manifest, entries: ReadonlyMap<string, Entry>, limits: BundleLimits): Listed {
  if (runs > limits.runs) throw notABundle(`it has ${runs} runs, at most ${limits.runs} are read`)
  const listed: Listed = new Map(files.map((file) => [file.name, file]))
  if (listed.size !== files.length) throw notABundle('its manifest lists a file twice')
  for (const { name, bytes } of files) {
    const entry = entries.get(name)
    if (!entry) throw notABundle(`${name} is missing`)
    if (entry.uncompressedSize !== bytes)
      throw notABundle(`${name} has ${entry.uncompressedSize} bytes where the manifest says ${bytes}`)
  }
  for (const name of entries.keys())
    if (name !== MANIFEST && !listed.has(name)) throw notABundle(`${name} is not in its manifest`)
  return listed
}

function entryOf(entries: ReadonlyMap<string, Entry>, name: string): Entry {
  const entry = entries.get(name)
  if (!entry) throw notABundle(`${name} is missing`)
  return entry
}

async function collect(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

async function* unpack(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  try {
    yield* (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>
  } catch (error) {
    throw notABundle(`${entry.fileName} cannot be unpacked (${(error as Error).message})`, error)
  }
}

async function* checked(
  name: string,
  pieces: AsyncIterable<Buffer>,
  { sha256 }: Manifest['files'][number],
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  for await (const piece of pieces) {
    hash.update(piece)
    yield piece
  }
  if (hash.digest('hex') !== sha256) throw notABundle(`${name} is damaged: its checksum is not that of the manifest`)
}
