import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../domain/errors'
import type { DatasetOf } from '../../domain/spec/datasets'
import type { Dataset, Part } from './dataset'
import { parseIdx, readDataFile } from './idx-file'
import { imageDataset, type Images } from './image-dataset'

interface PublishedFile {
  name: string
  /** Of the unpacked file. */
  sha256: string
}

/** A set in MNIST's four files: 60 000 and 10 000 images of 28 × 28 bytes in ten classes. */
export interface PublishedSet {
  kind: string
  label: string
  files: Record<Part, Record<'images' | 'labels', PublishedFile>>
  classNames?: string[]
}

/** Where its files lie, as they are or packed with gzip, and what to do where one is not right. */
export interface PublishedPlace {
  folder: string
  advice: string
}

type Wanted = Pick<DatasetOf<'mnist'>, Part | 'standardize' | 'augment'>

const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/**
 * A published set whole or its first samples. Standardised by the samples that are trained on.
 * @throws AppError `dataset.missing`, `dataset.invalid` where a file is not the published one
 */
export async function loadPublished(
  { kind, label, files, classNames }: PublishedSet,
  { folder, advice }: PublishedPlace,
  wanted: Wanted,
): Promise<Dataset> {
  const read = async (part: Part, what: 'images' | 'labels') => {
    const { name, sha256: published } = files[part][what]
    const plain = join(folder, name)
    const path = existsSync(`${plain}.gz`) && !existsSync(plain) ? `${plain}.gz` : plain
    const rank = what === 'images' ? 3 : 1
    const role = { field: label, rank: { from: rank, to: rank }, advice }
    const { values, bytes } = parseIdx(await readDataFile(path, role.field, advice), path, role)
    const found = sha256(bytes)
    if (found !== published) {
      const message = `${label}: ${path} is not the published file: its SHA-256 differs; ${advice}`
      throw new AppError('dataset.invalid', message, { field: label, allowed: published, got: found })
    }
    return values
  }
  const part = async (name: Part): Promise<Images> => {
    const pixels = await read(name, 'images')
    const labels = await read(name, 'labels')
    return { pixels: pixels.subarray(0, wanted[name] * 784), labels: labels.subarray(0, wanted[name]) }
  }
  // In order, so that of several wrong files it is always the first that is told.
  const train = await part('train')
  const validation = await part('validation')
  const all = [files.train.images, files.train.labels, files.validation.images, files.validation.labels]
  const about = {
    kind,
    label,
    shape: [28, 28, 1],
    classes: 10,
    classNames,
    sha256: sha256(...all.map((f) => f.sha256)),
  }
  return imageDataset({ train, validation }, about, wanted)
}
