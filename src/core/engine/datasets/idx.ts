import { createHash } from 'node:crypto'
import { basename, resolve } from 'node:path'
import { AppError } from '../../domain/errors'
import type { DatasetOf } from '../../domain/spec/datasets'
import type { Dataset } from './dataset'
import { parseIdx, readDataFile } from './idx-file'
import { imageDataset } from './image-dataset'

type IdxSpec = DatasetOf<'idx'>

/**
 * Images and labels of the user's own in two IDX files of bytes; the last samples are held out for validation.
 * Images have 2 to 4 dimensions: samples, then a vector, height × width, or height × width × channels. The number of
 * classes is the greatest label + 1.
 *
 * @throws AppError `dataset.missing`, `file.unreadable`, `dataset.invalid`
 */
export async function loadIdx(spec: IdxSpec): Promise<Dataset> {
  const read = async (what: 'images' | 'labels', from: number, to: number) => {
    const path = resolve(spec[what])
    const advice = `check dataset.${what}`
    const role = { field: `dataset.${what}`, rank: { from, to }, advice }
    return parseIdx(await readDataFile(path, role.field, advice), path, role)
  }
  // One after the other, so that of two mistakes it is always the same one that is told.
  const images = await read('images', 2, 4)
  const labels = await read('labels', 1, 1)
  const samples = images.sizes[0]!
  if (labels.sizes[0] !== samples)
    throw new AppError(
      'dataset.invalid',
      `dataset.labels: ${labels.path} has ${labels.sizes[0]} labels, but dataset.images has ${samples} images`,
      { field: 'dataset.labels', allowed: String(samples), got: String(labels.sizes[0]) },
    )
  const classes = labels.values.reduce((most, label) => Math.max(most, label), 0) + 1
  if (classes < 2)
    throw new AppError('dataset.invalid', `dataset.labels: ${labels.path} has one class only: every label is 0`, {
      field: 'dataset.labels',
      allowed: 'at least two classes',
      got: '1',
    })
  if (spec.validation >= samples)
    throw new AppError(
      'spec.invalid',
      `dataset.validation must be below the ${samples} samples of ${images.path}, got ${spec.validation}`,
      { field: 'dataset.validation', allowed: `1 to ${samples - 1}`, got: String(spec.validation) },
    )
  const inner = images.sizes.slice(1)
  if (spec.augment && inner.length === 1)
    throw new AppError(
      'spec.invalid',
      `dataset.augment needs images, but ${images.path} holds vectors of ${inner[0]}`,
      {
        field: 'dataset.augment',
        allowed: 'left out',
        got: `[${inner[0]}]`,
      },
    )
  const size = inner.reduce((product, n) => product * n, 1)
  const train = samples - spec.validation
  return imageDataset(
    {
      train: { pixels: images.values.subarray(0, train * size), labels: labels.values.subarray(0, train) },
      validation: { pixels: images.values.subarray(train * size), labels: labels.values.subarray(train) },
    },
    {
      kind: 'idx',
      label: basename(images.path),
      shape: inner.length === 2 ? [...inner, 1] : inner,
      classes,
      sha256: createHash('sha256').update(images.bytes).update(labels.bytes).digest('hex'),
    },
    spec,
  )
}
