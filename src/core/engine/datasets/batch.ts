import type { Rng } from '../../domain/rng'

/** Samples as the model takes them, one after the other. Good until the next batch is asked for: its memory is used again. */
export interface Batch {
  inputs: Float32Array
  /** A class number each; zeros in a regression. */
  labels: Int32Array
  /** Numbers to be learned, several a sample; null in a classification. */
  targets: Float32Array | null
}

/** Fills a batch of as many samples with those of some numbers; and, where somebody draws, the source's augmentation. */
export type Fill = (batch: Batch, indices: ArrayLike<number>, draw?: Rng) => void

/**
 * Memory that batches are filled in, one after the other in the same place: an allocation of its size would cost a step
 * of a small model more than filling it.
 * @param size values of one input
 * @param targets numbers to be learned of one sample; 0 in a classification
 */
export function batchMemory(size: number, targets = 0): (samples: number) => Batch {
  let room = 0
  let memory: Batch
  return (samples) => {
    if (samples > room) {
      room = samples
      memory = {
        inputs: new Float32Array(room * size),
        labels: new Int32Array(room),
        targets: targets ? new Float32Array(room * targets) : null,
      }
    }
    return {
      inputs: memory.inputs.subarray(0, samples * size),
      labels: memory.labels.subarray(0, samples),
      targets: memory.targets?.subarray(0, samples * targets) ?? null,
    }
  }
}
