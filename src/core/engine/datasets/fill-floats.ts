import type { Batch, Fill } from './batch'

/** Floats that are given out as they are. Plain data, so that a thread can be given it. */
export interface FloatSource extends Batch {
  form: 'floats'
  /** Values of one input. */
  size: number
}

export function fillFloats({ inputs, labels, targets, size }: FloatSource): Fill {
  const width = targets ? targets.length / labels.length : 0
  return (batch, indices) => {
    for (let n = 0; n < indices.length; n++) {
      const index = indices[n]!
      batch.labels[n] = labels[index]!
      for (let i = 0; i < size; i++) batch.inputs[n * size + i] = inputs[index * size + i]!
      for (let i = 0; i < width; i++) batch.targets![n * width + i] = targets![index * width + i]!
    }
  }
}
