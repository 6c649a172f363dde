import { createRng, shuffle } from '../../domain/rng'

/**
 * Sample numbers of one batch after the other: each epoch takes every sample once in an order of its own, its last batch
 * may be smaller. The order depends on seed and epoch only, so that any epoch can be entered without those before.
 *
 * @param samples number of training samples
 */
export function* shuffledBatches(samples: number, batchSize: number, seed: number): Generator<Uint32Array, never> {
  const order = new Uint32Array(samples)
  for (let epoch = 0; ; epoch++) {
    for (let i = 0; i < samples; i++) order[i] = i
    shuffle(order, createRng(seed, `shuffle of epoch ${epoch}`))
    for (let from = 0; from < samples; from += batchSize) yield order.slice(from, from + batchSize)
  }
}
