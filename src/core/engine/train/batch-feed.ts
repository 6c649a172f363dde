import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import type { Batch } from '../datasets/batch'
import type { Dataset } from '../datasets/dataset'
import { fillFrom, type Source } from '../datasets/source'
import { augmentationOf, batchOrder } from './batches'
import { type BatchSizes, firstOf, placesFor, ringIn, ringMemory } from './batch-ring'

/** Below this many values a batch is made sooner than handed over. */
const WORTH_A_THREAD = 4096

/** How long the thread that prepares may sleep, in ms. */
const SLEEP = { shortest: 0.2, longest: 100 }

/** Training batches by their numbers. */
export interface BatchFeed {
  /** Batch t, counted from the run's beginning; good until the next one is asked for. Numbers only go up. */
  batch(t: number): Batch
  /** Batches so far that were ready before they were asked for. */
  readonly ready: number
  close(): void
}

/** What the thread is told. */
interface FeedTask {
  feed: 'anneal batches'
  source: Source
  memory: SharedArrayBuffer
  sizes: BatchSizes
  samples: number
  seed: number
  first: number
}

/**
 * Batches of a run's training part. Where they are large a thread prepares the next ones; a batch that is not ready yet
 * is made on the spot, so that nobody ever waits, and both make the same bits: sample numbers and augmentation depend on
 * seed and number of the batch alone.
 *
 * @param first number of the first batch
 * @param threads false: all on the spot
 */
export function openBatchFeed(
  dataset: Dataset,
  { batchSize, seed }: { batchSize: number; seed: number },
  first = 0,
  threads = availableParallelism() > 1,
): BatchFeed {
  const { shape, targets, train: samples } = dataset.summary
  const order = batchOrder(samples, batchSize, seed)
  const make = (t: number) => dataset.batch('train', order(t), augmentationOf(seed, t))
  const size = shape.reduce((product, n) => product * n, 1)
  const sizes = { samples: batchSize, size, targets: targets?.length ?? 0 }
  if (!threads || batchSize * size < WORTH_A_THREAD || placesFor(sizes) < 2)
    return { batch: make, ready: 0, close: () => {} }

  const memory = ringMemory(sizes)
  const { control, places } = ringIn(memory, sizes)
  control[0] = first
  const task: FeedTask = { feed: 'anneal batches', source: dataset.source, memory, sizes, samples, seed, first }
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: task })
  // Without the thread every batch is made on the spot: slower, and the same.
  worker.on('error', () => {})
  worker.unref()
  const perEpoch = Math.ceil(samples / batchSize)
  const last = samples - (perEpoch - 1) * batchSize
  let ready = 0
  return {
    batch(t) {
      Atomics.store(control, 0, t)
      const place = t % places.length
      if (Atomics.load(control, 1 + place) !== t + 1) return make(t)
      ready++
      return firstOf(places[place]!, t % perEpoch === perEpoch - 1 ? last : batchSize, sizes)
    },
    get ready() {
      return ready
    },
    close: () => void worker.terminate(),
  }
}

/**
 * The thread: keeps the places after the batch in use filled. Where they are it sleeps until about half of them will have
 * been used; nobody wakes it, as a system call for that would cost a small model's step more than making the batch.
 */
function prepare({ source, memory, sizes, samples, seed, first }: FeedTask): never {
  const fill = fillFrom(source)
  const order = batchOrder(samples, sizes.samples, seed)
  const { control, places } = ringIn(memory, sizes)
  const neverChanges = new Int32Array(new SharedArrayBuffer(4))
  let since = { time: performance.now(), used: first }
  for (let t = first; ; t++) {
    let used = Atomics.load(control, 0)
    while (t >= used + places.length) {
      const now = performance.now()
      const pace = (now - since.time) / Math.max(1, used - since.used)
      since = { time: now, used }
      Atomics.wait(neverChanges, 0, 0, Math.min(Math.max((pace * places.length) / 2, SLEEP.shortest), SLEEP.longest))
      used = Atomics.load(control, 0)
    }
    // The one in use is being made on the spot; so were those before.
    t = Math.max(t, used + 1)
    const place = t % places.length
    const indices = order(t)
    fill(firstOf(places[place]!, indices.length, sizes), indices, augmentationOf(seed, t))
    Atomics.store(control, 1 + place, t + 1)
  }
}

// This file is its own thread's, wherever it is bundled to.
if (!isMainThread && (workerData as FeedTask | null)?.feed === 'anneal batches') prepare(workerData as FeedTask)
