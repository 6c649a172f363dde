import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../domain/errors'
import { throwIfCancelled } from './cancelled'
import type { Member, Wheel } from './wheels'
import { openZipEntry, readZipEntries, type ZipEntry } from './zip'

export interface WheelOptions {
  signal?: AbortSignal
  /** Told how many bytes are done. */
  onBytes?: (bytes: number) => void
}

/**
 * Makes sure that a file is the wheel, byte for byte; removes it where it is not.
 * @throws AppError engine.failed with what it is instead; cancelled
 */
export async function verifyWheel(path: string, wheel: Wheel, { signal, onBytes }: WheelOptions = {}): Promise<void> {
  const { size } = await stat(path)
  const sha256 = size === wheel.bytes ? await hashOf(path, signal, onBytes) : null
  if (sha256 === wheel.sha256) return
  await rm(path, { force: true })
  const [got, allowed] = sha256
    ? [`sha256 ${sha256}`, `sha256 ${wheel.sha256}`]
    : [`${size} bytes`, `${wheel.bytes} bytes`]
  throw new AppError(
    'engine.failed',
    `${wheel.file} is not the file that was expected: it has ${got} in place of ${allowed}. It was removed and nothing of it is used. ` +
      'Try again; if it happens again, the connection or the package index is at fault',
    { reason: 'damaged', got, allowed },
  )
}

async function hashOf(path: string, signal?: AbortSignal, onBytes?: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256')
  let done = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    throwIfCancelled(signal)
    hash.update(chunk as Buffer)
    onBytes?.((done += (chunk as Buffer).length))
  }
  return hash.digest('hex')
}

/**
 * Unpacks what is needed of a wheel and makes sure that it is on the disk.
 * @param folder where to; members keep their paths below it
 * @returns what was unpacked
 * @throws AppError engine.failed where a member is missing or has another size than its wheel says; cancelled
 */
export async function unpackWheel(
  path: string,
  wheel: Wheel,
  folder: string,
  { signal, onBytes }: WheelOptions = {},
): Promise<Member[]> {
  const file = await open(path)
  try {
    const entries = wantedEntries(await readZipEntries(file), wheel)
    let done = 0
    for (const entry of entries) {
      throwIfCancelled(signal)
      const target = join(folder, ...entry.path.split('/'))
      await mkdir(dirname(target), { recursive: true })
      const [packed, unpack] = await openZipEntry(file, entry)
      const counted = countTo(entry, (bytes) => onBytes?.((done += bytes)))
      // A power cut after the last rename must not leave libraries with holes: hence the flush.
      const written = createWriteStream(target, { flags: 'wx', mode: 0o755, flush: true })
      await pipeline(packed, unpack, counted, written, { signal }).catch((error: unknown) => {
        throwIfCancelled(signal)
        throw isZlibError(error) ? wrong(`${entry.path} cannot be unpacked`) : error
      })
    }
    return entries.map((entry) => ({ path: entry.path, bytes: entry.bytes }))
  } finally {
    await file.close()
  }
}

/** The entries that are needed, in the archive's order, each with the size that is expected of it. */
function wantedEntries(entries: ZipEntry[], { file, members }: Wheel): ZipEntry[] {
  if (members instanceof RegExp) {
    const found = entries.filter(({ path }) => members.test(path))
    if (!found.length) throw wrong(`${file} has nothing of what is needed`)
    const outside = found.find(({ path }) => !isInside(path))
    if (outside) throw wrong(`${outside.path} would be written outside of its folder`)
    return found
  }
  const byPath = new Map(entries.map((entry) => [entry.path, entry]))
  return members.map(({ path, bytes }) => {
    const entry = byPath.get(path)
    if (!entry) throw wrong(`${file} has no ${path}`)
    if (entry.bytes !== bytes) throw wrong(`${path} has ${entry.bytes} bytes in place of ${bytes}`)
    return entry
  })
}

const isInside = (path: string): boolean =>
  !/^\/|\\|:/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')

/** Lets content through and makes sure that it is exactly as long as its entry says. */
function countTo(entry: ZipEntry, onBytes: (bytes: number) => void): Transform {
  let seen = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      onBytes(chunk.length)
      done(seen > entry.bytes ? wrong(`${entry.path} is longer than its ${entry.bytes} bytes`) : null, chunk)
    },
    flush(done) {
      done(seen < entry.bytes ? wrong(`${entry.path} ends after ${seen} of ${entry.bytes} bytes`) : null)
    },
  })
}

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(Z_|ERR_BUFFER|ERR_STREAM_PREMATURE)/.test(String(error.code))

const wrong = (what: string) =>
  new AppError('engine.failed', `${what}. Nothing of it is used; try again`, { reason: 'damaged', got: what })
