import { sweepLr, sweepStride } from '../../domain/range-test/sweep'
import { watchSweep } from '../../domain/range-test/watch-sweep'
import { createRng } from '../../domain/rng'
import { MAX_SEED } from '../../domain/spec/run-spec'
import type { RangeTestSpec } from '../../domain/spec/range-test'
import type { StateEntry } from '../checkpoints/state'
import type { BatchFeed } from './batch-feed'
import { takeSnapshot } from './snapshot'
import type { UpdateFacts } from './update-point'
import { type Learner, updateStep } from './update-step'

/** What a range test takes besides a learner. */
export interface RangeTestSetup {
  spec: RangeTestSpec
  /** Momentum (β1) throughout: the run's own. */
  momentum: number
  /** Training batches in an order of one repeat's own, by their numbers from 0. */
  batches(repeat: number): BatchFeed
  /** Update k of repeat r, at step r · stride + k. */
  record(step: number, facts: UpdateFacts): void
  /** Awaited before each update; true ends the test. */
  between(): Promise<boolean>
}

export interface RangeTestOutcome {
  /** Ended from outside before its last sweep had ended. */
  stopped: boolean
  /** Step of the last update; −1 where there was none. */
  lastStep: number
  /** Values of the learner that are not those before the test, see {@link Snapshot}: 0 where it left no trace. */
  difference: number
}

/** The seed by which a repeat shuffles: no repeat has the order of another, nor that of the run itself. */
export const shuffleSeedOf = (seed: number, repeat: number): number =>
  createRng(seed, `shuffle of repeat ${repeat} of a range test`).int(MAX_SEED + 1)

/**
 * Sweeps the learning rate several times, each time from the state that the learner has now, and puts that state back,
 * whatever happens: weights, running statistics, optimizer slots and counters, generators. A sweep whose loss rises too
 * far or is not finite ends early, one whose loss has not risen by its end goes on, see {@link watchSweep}; an update
 * whose loss or gradient is not finite is recorded and not applied.
 *
 * @param state all that training changes in the learner
 * @see docs/guide/range-test.md
 */
export async function runRangeTest(
  learner: Learner,
  state: readonly StateEntry[],
  setup: RangeTestSetup,
): Promise<RangeTestOutcome> {
  const { spec } = setup
  const snapshot = takeSnapshot(state)
  const outcome = { stopped: false, lastStep: -1 }
  try {
    for (let repeat = 0; repeat < spec.repeats && !outcome.stopped; repeat++) {
      if (repeat > 0) snapshot.restore()
      const feed = setup.batches(repeat)
      await sweep(learner, feed, repeat, setup, outcome).finally(() => feed.close())
    }
  } catch (error) {
    // Where the engine itself broke, nothing can be put back any more: what broke is worth more than that.
    try {
      snapshot.restore()
    } catch {}
    throw error
  }
  snapshot.restore()
  return { ...outcome, difference: snapshot.difference() }
}

async function sweep(
  learner: Learner,
  feed: BatchFeed,
  repeat: number,
  { spec, momentum, record, between }: RangeTestSetup,
  outcome: Pick<RangeTestOutcome, 'stopped' | 'lastStep'>,
): Promise<void> {
  const stride = sweepStride(spec)
  const watch = watchSweep(spec.steps, stride)
  for (let k = 0; ; k++) {
    if (await between()) {
      outcome.stopped = true
      return
    }
    const started = performance.now()
    const lr = sweepLr(spec, k)
    const { loss, accuracy, gradientNorm, clipScale } = updateStep(learner, feed.batch(k), { lr, momentum }, false)
    const facts = { loss, accuracy, gradientNorm, clipScale, lr, momentum, stepTime: performance.now() - started }
    outcome.lastStep = repeat * stride + k
    record(outcome.lastStep, facts)
    if (watch(loss, gradientNorm)) return
  }
}
