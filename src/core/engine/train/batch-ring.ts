import type { Batch } from '../datasets/batch'

/** Batches that are kept ready: so many that the other thread may lose the processor for some milliseconds. */
const MOST_PLACES = 32
const MOST_BYTES = 64 * 2 ** 20

/** How large each batch's memory is. */
export interface BatchSizes {
  /** Samples, at most. */
  samples: number
  /** Values of one input. */
  size: number
  /** Numbers to be learned of one sample; 0 in a classification. */
  targets: number
}

/** Places for batches in memory that two threads share. Batch t lies in place t modulo their number. */
export interface Ring {
  /** The batch that is used now, then for each place the number of the batch in it plus 1; 0 where none is whole. */
  control: Int32Array
  places: readonly Batch[]
}

const batchBytes = ({ samples, size, targets }: BatchSizes) => 4 * samples * (size + 1 + targets)

/** Places that a ring of such batches has; below 2 where they are too large to keep any. */
export const placesFor = (sizes: BatchSizes): number =>
  Math.min(MOST_PLACES, Math.floor(MOST_BYTES / batchBytes(sizes)))

export const ringMemory = (sizes: BatchSizes): SharedArrayBuffer =>
  new SharedArrayBuffer(4 * (1 + placesFor(sizes)) + placesFor(sizes) * batchBytes(sizes))

/** The ring in a memory of {@link ringMemory}. */
export function ringIn(memory: SharedArrayBuffer, sizes: BatchSizes): Ring {
  const { samples, size, targets } = sizes
  const count = placesFor(sizes)
  let at = 4 * (1 + count)
  const floats = (n: number) => new Float32Array(memory, (at += 4 * n) - 4 * n, n)
  const places = Array.from({ length: count }, (): Batch => ({
    inputs: floats(samples * size),
    labels: new Int32Array(memory, (at += 4 * samples) - 4 * samples, samples),
    targets: targets ? floats(samples * targets) : null,
  }))
  return { control: new Int32Array(memory, 0, 1 + count), places }
}

/** The first samples of a batch, in the same memory. */
export function firstOf(
  { inputs, labels, targets }: Batch,
  samples: number,
  { size, targets: width }: BatchSizes,
): Batch {
  return {
    inputs: inputs.subarray(0, samples * size),
    labels: labels.subarray(0, samples),
    targets: targets && targets.subarray(0, samples * width),
  }
}
