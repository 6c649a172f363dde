// Asks a feed with a thread for batches until many were ready, each compared with the same one made on the spot.
import { makeGlyphs } from '../../../src/core/engine/datasets/glyphs'
import type { Batch } from '../../../src/core/engine/datasets/batch'
import { openBatchFeed } from '../../../src/core/engine/train/batch-feed'

const [first, enough, deadline] = process.argv.slice(2).map(Number) as [number, number, number]
const spec = {
  kind: 'glyphs',
  train: 1000,
  validation: 10,
  classes: 10,
  noise: 0.3,
  seed: 5,
  standardize: true,
} as const
const make = () => makeGlyphs({ ...spec, augment: { shift: 1, flip: true } })
const run = { batchSize: 64, seed: 9 }
const feed = openBatchFeed(make(), run, first, true)
const plain = openBatchFeed(make(), run, first, false)

const bits = ({ inputs, labels }: Batch) =>
  Buffer.concat([Buffer.from(inputs.slice().buffer), Buffer.from(labels.slice().buffer)])
const started = performance.now()
let t = first
let differing = 0
let last = 0
for (; feed.ready < enough && performance.now() - started < deadline; t++) {
  const batch = feed.batch(t)
  if (!bits(batch).equals(bits(plain.batch(t)))) differing++
  if (batch.labels.length < run.batchSize) last++
  await new Promise((resolve) => setImmediate(resolve))
}
const { ready } = feed
feed.close()
process.stdout.write(JSON.stringify({ batches: t - first, ready, differing, last, plainReady: plain.ready }))
