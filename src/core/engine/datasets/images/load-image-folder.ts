import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { AppError } from '../../../domain/errors'
import { createRng, shuffle } from '../../../domain/rng'
import type { DatasetOf } from '../../../domain/spec/datasets'
import type { Dataset, DatasetForm, Part } from '../dataset'
import { imageDataset, type Images } from '../image-dataset'
import { BrokenImage, decodeImage } from './decode-image'
import { type BrokenFile, readCached, type ResizedImages, writeCached } from './image-cache'
import { type ImageList, listImages } from './list-images'
import { resizeInto } from './resize-image'

type ImageFolderSpec = DatasetOf<'image-folder'>

/** Largest file that is read as an image. */
const MAX_FILE_BYTES = 64 * 2 ** 20
/** Bytes of all resized images together. */
const MAX_PIXEL_BYTES = 2 ** 30
/** Changes where the same files would give other pixels, so that no older cache is used. */
const METHOD = 'area mean on white, 1'
const PROGRESS_MS = 500

/** Checks a folder without decoding its images. @throws AppError as {@link loadImageFolder} does */
export async function checkImageFolder(spec: ImageFolderSpec): Promise<DatasetForm> {
  const list = await listImages(resolve(spec.path))
  checkCount(list, spec)
  return { shape: [spec.size, spec.size, spec.grayscale ? 1 : 3], outputs: list.classNames.length }
}

/**
 * Images of a folder with one folder a class, brought to one size. Of each class a share is held out by the spec's seed.
 * Resized images are cached by the contents of all files. Broken files stop it, listed, unless the spec skips them.
 *
 * @param progress hears how far decoding is, for people
 * @throws AppError `dataset.missing`, `dataset.invalid`, `file.unreadable`
 */
export async function loadImageFolder(spec: ImageFolderSpec, progress: (what: string) => void): Promise<Dataset> {
  const list = await listImages(resolve(spec.path))
  checkCount(list, spec)
  const sha256 = await contentHash(list, progress)
  const key = createHash('sha256').update(`${METHOD} ${spec.size} ${spec.grayscale} ${sha256}`).digest('hex')
  let resized = await readCached(key)
  if (!resized) {
    resized = await resizeAll(list, spec, progress)
    await writeCached(key, resized)
  }
  const { pixels, broken } = resized
  if (broken.length && !spec.skipBroken) throw brokenFiles(list.root, list.files.length, broken)
  const skipped = new Set(broken.map(({ name }) => name))
  const labels = list.files.filter(({ name }) => !skipped.has(name)).map(({ label }) => label)
  const left = new Set(labels)
  list.classNames.forEach((name, label) => {
    if (!left.has(label)) throw invalid(`of ${name} in ${list.root} no image is whole`, 'an image a class', 'none')
  })
  const channels = spec.grayscale ? 1 : 3
  return imageDataset(
    split(pixels, labels, spec.size * spec.size * channels, spec),
    {
      kind: 'image-folder',
      label: basename(list.root),
      shape: [spec.size, spec.size, channels],
      classes: list.classNames.length,
      classNames: list.classNames,
      sha256,
      notes: notesOf(list, broken),
    },
    spec,
  )
}

const invalid = (message: string, allowed: string, got: string) =>
  new AppError('dataset.invalid', `dataset.path: ${message}`, { field: 'dataset.path', allowed, got })

function checkCount({ files, root }: ImageList, { size, grayscale }: ImageFolderSpec): void {
  const bytes = files.length * size * size * (grayscale ? 1 : 3)
  if (bytes <= MAX_PIXEL_BYTES) return
  const most = Math.floor(Math.sqrt(MAX_PIXEL_BYTES / files.length / (grayscale ? 1 : 3)))
  throw new AppError(
    'spec.invalid',
    `dataset.size must be at most ${most} for the ${files.length} images in ${root}, got ${size}`,
    { field: 'dataset.size', allowed: `1 to ${most}`, got: String(size) },
  )
}

/** SHA-256 over names and contents of all files. */
async function contentHash({ root, files }: ImageList, progress: (what: string) => void): Promise<string> {
  const hash = createHash('sha256')
  const tell = every(PROGRESS_MS, (n) => progress(`reading ${n} of ${files.length} images`))
  for (const [n, { name }] of files.entries()) {
    tell(n)
    const content = createHash('sha256').update((await readImage(join(root, name))) ?? '')
    hash.update(`${name}\n${content.digest('hex')}\n`)
  }
  return hash.digest('hex')
}

/** A file whole; null where it is too large for an image. */
async function readImage(path: string): Promise<Buffer | null> {
  try {
    return (await stat(path)).size > MAX_FILE_BYTES ? null : await readFile(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new AppError('file.unreadable', `dataset.path: ${path} cannot be read (${code})`, { field: 'dataset.path' })
  }
}

async function resizeAll(
  { root, files }: ImageList,
  { size, grayscale }: ImageFolderSpec,
  progress: (what: string) => void,
): Promise<ResizedImages> {
  const channels = grayscale ? 1 : 3
  const bytes = size * size * channels
  const pixels = new Uint8Array(files.length * bytes)
  const broken: BrokenFile[] = []
  let whole = 0
  const tell = every(PROGRESS_MS, (n) => progress(`resizing ${n} of ${files.length} images`))
  for (const [n, { name }] of files.entries()) {
    tell(n)
    const file = await readImage(join(root, name))
    try {
      if (!file) throw new BrokenImage(`has more than ${MAX_FILE_BYTES} bytes`)
      resizeInto(decodeImage(file), size, channels, pixels.subarray(whole * bytes, (whole + 1) * bytes))
      whole++
    } catch (error) {
      if (!(error instanceof BrokenImage)) throw error
      broken.push({ name, reason: error.message })
    }
  }
  return { pixels: pixels.subarray(0, whole * bytes), broken }
}

function every(ms: number, say: (n: number) => void): (n: number) => void {
  let last = performance.now()
  return (n) => {
    if (performance.now() - last < ms) return
    last = performance.now()
    say(n)
  }
}

const shown = (broken: readonly BrokenFile[]): string => {
  const some = broken.slice(0, 10).map(({ name, reason }) => `${name} ${reason}`)
  return `${some.join('; ')}${broken.length > some.length ? `; and ${broken.length - some.length} more` : ''}`
}

function brokenFiles(root: string, files: number, broken: BrokenFile[]): AppError {
  const count = `${broken.length} of ${files} files in ${root} ${broken.length === 1 ? 'is' : 'are'} broken`
  const advice = 'Remove or replace them, or set dataset.skipBroken to true'
  return new AppError('dataset.invalid', `dataset.path: ${count}: ${shown(broken)}. ${advice}`, {
    field: 'dataset.path',
    allowed: 'whole png and jpeg files',
    got: `${broken.length} broken`,
    files: broken.slice(0, 1000),
  })
}

function notesOf({ others }: ImageList, broken: BrokenFile[]): string[] {
  return [
    ...(broken.length ? [`${broken.length} broken files were left out: ${shown(broken)}`] : []),
    ...(others ? [`${others} other files and folders were not looked at`] : []),
  ]
}

/** Of each class a share for validation, at least one image for training. */
function split(pixels: Uint8Array, labels: number[], size: number, spec: ImageFolderSpec): Record<Part, Images> {
  const rng = createRng(spec.seed, 'validation')
  const ofClass = Map.groupBy(labels.keys(), (n) => labels[n]!)
  const numbers: Record<Part, number[]> = { train: [], validation: [] }
  for (const [, own] of [...ofClass].sort(([a], [b]) => a - b)) {
    const held = Math.min(Math.round(own.length * spec.validationShare), own.length - 1)
    shuffle(Uint32Array.from(own), rng).forEach((n, i) => numbers[i < held ? 'validation' : 'train'].push(n))
  }
  if (numbers.validation.length === 0)
    throw new AppError('spec.invalid', `dataset.validationShare ${spec.validationShare} holds out no image`, {
      field: 'dataset.validationShare',
      allowed: 'a larger share, or more images',
      got: String(spec.validationShare),
    })
  const take = (part: Part): Images => {
    const images = {
      pixels: new Uint8Array(numbers[part].length * size),
      labels: new Uint16Array(numbers[part].length),
    }
    numbers[part].forEach((from, n) => {
      images.pixels.set(pixels.subarray(from * size, (from + 1) * size), n * size)
      images.labels[n] = labels[from]!
    })
    return images
  }
  return { train: take('train'), validation: take('validation') }
}
