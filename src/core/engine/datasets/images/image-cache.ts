import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { engineDir } from '../../install/engine-dir'

/** Files that could not be read as images, and why. */
export interface BrokenFile {
  name: string
  reason: string
}

/** Resized images of a folder, without the broken ones. */
export interface ResizedImages {
  pixels: Uint8Array
  broken: BrokenFile[]
}

const MAGIC = 'ANNEALI1'
const MAX_CACHE_BYTES = 4 * 2 ** 30

/** Where resized images are kept: $ANNEAL_IMAGE_CACHE, else beside the engines, where the system keeps what can be made again. */
export const imageCacheDir = (env: NodeJS.ProcessEnv = process.env): string =>
  env.ANNEAL_IMAGE_CACHE
    ? resolve(env.ANNEAL_IMAGE_CACHE)
    : join(dirname(engineDir({ ...env, ANNEAL_ENGINE_DIR: undefined })), 'images')

const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/**
 * Images from the cache: magic, length of the facts, the facts as JSON, pixels, SHA-256 of all before.
 * @returns null where there are none, or a file that is not whole
 */
export async function readCached(key: string, dir = imageCacheDir()): Promise<ResizedImages | null> {
  const path = join(dir, `${key}.images`)
  const bytes = await readFile(path).catch(() => null)
  if (!bytes || bytes.length < 44 || bytes.toString('latin1', 0, 8) !== MAGIC) return null
  const body = bytes.subarray(0, -32)
  if (!sha256(body).equals(bytes.subarray(-32))) return null
  const facts = 12 + bytes.readUInt32LE(8)
  const { broken } = JSON.parse(bytes.toString('utf8', 12, facts)) as { broken: BrokenFile[] }
  const now = new Date()
  await utimes(path, now, now).catch(() => undefined)
  return { pixels: body.subarray(facts), broken }
}

/** Keeps images for the next time; a cache that cannot be written is no failure. The oldest go where it grows too large. */
export async function writeCached(
  key: string,
  { pixels, broken }: ResizedImages,
  dir = imageCacheDir(),
): Promise<void> {
  const facts = Buffer.from(JSON.stringify({ broken }))
  const head = Buffer.alloc(12)
  head.write(MAGIC, 'latin1')
  head.writeUInt32LE(facts.length, 8)
  const temporary = join(dir, `.${key}-${randomBytes(4).toString('hex')}`)
  try {
    await mkdir(dir, { recursive: true })
    await writeFile(temporary, [head, facts, pixels, sha256(head, facts, pixels)])
    await rename(temporary, join(dir, `${key}.images`))
    await forgetOldest(dir)
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

async function forgetOldest(dir: string): Promise<void> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.images'))
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(dir, name), ...(await stat(join(dir, name))) })),
  )
  let bytes = 0
  for (const { path, size } of files.sort((a, b) => b.mtimeMs - a.mtimeMs))
    if ((bytes += size) > MAX_CACHE_BYTES) await rm(path, { force: true })
}
