import { createRng, type Rng, shuffle } from '../../domain/rng'

/**
 * Sample numbers of any batch by its number, from 0: each epoch takes every sample once in an order of its own, its last
 * batch may be smaller. The order depends on seed and epoch only, so that any batch can be asked for without those
 * before. The numbers are good until those of another epoch are asked for.
 *
 * @param samples number of training samples
 */
export function batchOrder(samples: number, batchSize: number, seed: number): (batch: number) => Uint32Array {
  const order = new Uint32Array(samples)
  const perEpoch = Math.ceil(samples / batchSize)
  let current = -1
  return (batch) => {
    const epoch = Math.floor(batch / perEpoch)
    if (epoch !== current) {
      for (let i = 0; i < samples; i++) order[i] = i
      shuffle(order, createRng(seed, `shuffle of epoch ${epoch}`))
      current = epoch
    }
    const from = (batch % perEpoch) * batchSize
    return order.subarray(from, from + batchSize)
  }
}

/** Where the augmentation of a batch draws from: the same for the same seed and number, whoever asks and when. */
export const augmentationOf = (seed: number, batch: number): Rng => createRng(seed, `augmentation of update ${batch}`)

/**
 * Sample numbers of one batch after the other, see {@link batchOrder}.
 * @param first number of the first batch, counted from the run's beginning
 */
export function* shuffledBatches(
  samples: number,
  batchSize: number,
  seed: number,
  first = 0,
): Generator<Uint32Array, never> {
  const order = batchOrder(samples, batchSize, seed)
  for (let batch = first; ; batch++) yield order(batch).slice()
}
