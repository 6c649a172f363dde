import type { DatasetSummary } from '../../domain/run'
import { type Dataset, type Part, scaleOf, type Standard } from './dataset'

/** Images as bytes with their labels; may share one file's memory with others. */
export interface Images {
  pixels: Uint8Array
  labels: Uint8Array
}

/** Mean and standard deviation of bytes seen as 0 to 1. */
export function standardOf(pixels: Uint8Array): Standard {
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
 * A dataset over bytes: scaled to 0 to 1 and standardised through a table of 256 values as batches are filled, so that
 * the floats of the whole set never exist.
 */
export function imageDataset(
  parts: Record<Part, Images>,
  about: Pick<DatasetSummary, 'kind' | 'label' | 'shape' | 'classes' | 'sha256'>,
  standardize: boolean,
): Dataset {
  const standard = standardOf(parts.train.pixels)
  const { mean, scale } = standardize ? { mean: standard.mean, scale: scaleOf(standard) } : { mean: 0, scale: 1 }
  const table = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - mean) / scale)
  const size = about.shape.reduce((product, n) => product * n, 1)
  return {
    summary: { ...about, ...standard, train: parts.train.labels.length, validation: parts.validation.labels.length },
    batch(part, indices) {
      const { pixels, labels } = parts[part]
      const batch = { inputs: new Float32Array(indices.length * size), labels: new Int32Array(indices.length) }
      for (let n = 0, to = 0; n < indices.length; n++) {
        const index = indices[n]!
        batch.labels[n] = labels[index]!
        for (let from = index * size; from < (index + 1) * size; from++) batch.inputs[to++] = table[pixels[from]!]!
      }
      return batch
    },
  }
}
