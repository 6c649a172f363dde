import type { Augment } from '../../domain/spec/datasets'
import { augmentImages, type ImageShape } from './augment'
import type { Fill } from './batch'

/** Bytes that become images: what filling a batch takes. Plain data, so that a thread can be given it. */
export interface ImageSource {
  form: 'images'
  pixels: Uint8Array
  labels: Uint8Array | Uint16Array
  shape: readonly number[]
  /** An input is byte · slope + start. */
  slope: number
  start: number
  augment?: Augment
}

/** Fills batches with images as floats, scaled and, where somebody draws, augmented. */
export function fillImages({ pixels, labels, shape, slope, start, augment }: ImageSource): Fill {
  const size = shape.reduce((product, n) => product * n, 1)
  return (batch, indices, draw) => {
    const { inputs } = batch
    for (let n = 0; n < indices.length; n++) {
      const index = indices[n]!
      batch.labels[n] = labels[index]!
      // The platform's own conversion of bytes to floats, then one pass over the batch, is half the time of a loop.
      inputs.set(pixels.subarray(index * size, (index + 1) * size), n * size)
    }
    for (let i = 0; i < inputs.length; i++) inputs[i] = inputs[i]! * slope + start
    if (augment && draw) augmentImages(inputs, shape as unknown as ImageShape, augment, start, draw)
  }
}
