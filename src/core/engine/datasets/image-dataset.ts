import type { DatasetSummary } from '../../domain/run'
import type { Augment } from '../../domain/spec/datasets'
import { type Dataset, type Part, scaleOf, type Standard } from './dataset'
import { datasetFrom } from './dataset-from'
import type { ImageSource } from './fill-images'
import { shared } from './source'

/** Images as bytes with their labels; may share one file's memory with others. */
export interface Images {
  pixels: Uint8Array
  labels: Uint8Array | Uint16Array
}

/** How a spec wants images to be given out. */
export interface ImageOptions {
  standardize: boolean
  augment?: Augment
}

/** Mean and standard deviation of bytes seen as 0 to 1. */
export function byteStandard(pixels: Uint8Array): Standard {
  const counts = new Float64Array(256)
  for (let i = 0; i < pixels.length; i++) counts[pixels[i]!]!++
  let sum = 0
  let squares = 0
  counts.forEach((count, byte) => {
    sum += (count * byte) / 255
    squares += count * (byte / 255) ** 2
  })
  const mean = sum / pixels.length
  return { mean, std: Math.sqrt(Math.max(squares / pixels.length - mean * mean, 0)) }
}

/**
 * A dataset over bytes: scaled to 0 to 1 and standardised as batches are filled, so that the floats of the whole set
 * never exist.
 */
export function imageDataset(
  parts: Record<Part, Images>,
  about: Pick<DatasetSummary, 'kind' | 'label' | 'shape' | 'classes' | 'classNames' | 'sha256' | 'notes'>,
  { standardize, augment }: ImageOptions,
): Dataset {
  const standard = byteStandard(parts.train.pixels)
  const { mean, scale } = standardize ? { mean: standard.mean, scale: scaleOf(standard) } : { mean: 0, scale: 1 }
  const [slope, start] = [1 / (255 * scale), 0 - mean / scale]
  const source = (part: Part): ImageSource => {
    const { pixels, labels } = parts[part]
    return { form: 'images', pixels, labels, shape: about.shape, slope, start, augment }
  }
  const { pixels, labels } = parts.train
  const train = { ...source('train'), pixels: shared(pixels), labels: shared(labels) }
  return datasetFrom(
    { ...about, ...standard, train: labels.length, validation: parts.validation.labels.length },
    { train, validation: source('validation') },
  )
}
