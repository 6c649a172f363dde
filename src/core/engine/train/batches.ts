import { createRng, shuffle } from '../../domain/rng'

/**
 * Sample numbers of one batch after the other: each epoch takes every sample once in an order of its own, its last batch
 * may be smaller. The order depends on seed and epoch only, so that any epoch can be entered without those before.
 *
 * @param samples number of training samples
 * @param first number of the first batch, counted from the run's beginning
 */
export function* shuffledBatches(
  samples: number,
  batchSize: number,
  seed: number,
  first = 0,
): Generator<Uint32Array, never> {
  const order = new Uint32Array(samples)
  const perEpoch = Math.ceil(samples / batchSize)
  let from = (first % perEpoch) * batchSize
  for (let epoch = Math.floor(first / perEpoch); ; epoch++) {
    for (let i = 0; i < samples; i++) order[i] = i
    shuffle(order, createRng(seed, `shuffle of epoch ${epoch}`))
    for (; from < samples; from += batchSize) yield order.slice(from, from + batchSize)
    from = 0
  }
}
