import type { DatasetSummary } from '../../domain/run'
import { type Batch, batchMemory, type Dataset, type Part } from './dataset'

/** A dataset over floats that are given out as they are. */
export function floatDataset(parts: Record<Part, Batch>, about: Omit<DatasetSummary, 'train' | 'validation'>): Dataset {
  const size = about.shape.reduce((product, n) => product * n, 1)
  const targets = about.targets?.length ?? 0
  const memory = batchMemory(size, targets)
  const copy = (from: Float32Array, index: number, to: Float32Array, n: number, width: number) => {
    for (let i = 0; i < width; i++) to[n * width + i] = from[index * width + i]!
  }
  return {
    summary: { ...about, train: parts.train.labels.length, validation: parts.validation.labels.length },
    batch(part, indices) {
      const source = parts[part]
      const batch = memory(indices.length)
      for (let n = 0; n < indices.length; n++) {
        const index = indices[n]!
        batch.labels[n] = source.labels[index]!
        copy(source.inputs, index, batch.inputs, n, size)
        if (targets) copy(source.targets!, index, batch.targets!, n, targets)
      }
      return batch
    },
  }
}
