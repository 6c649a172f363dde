import { tracksOf } from '../../domain/metrics'
import { isRegression } from '../../domain/spec/datasets'
import { momentumOf } from '../../domain/spec/optimizers'
import type { RangeTestSpec } from '../../domain/spec/range-test'
import { type RunSpec, stepsPerEpoch } from '../../domain/spec/run-spec'
import type { StateEntry } from '../checkpoints/state'
import type { Dataset } from '../datasets/dataset'
import type { TrainContext, TrainResult } from '../types'
import type { BatchFeed } from './batch-feed'
import { evaluate } from './evaluate'
import { runRangeTest, shuffleSeedOf } from './range-test'
import { pointOf } from './update-point'
import type { Learner } from './update-step'

/** Everything that training changes. */
export const stateOf = ({ model, optimizer }: Learner): StateEntry[] => [...model.state(), ...optimizer.state()]

/**
 * A run that is a range test: its sweeps, then one evaluation at the step of the last update, with the state that was put
 * back, and how many of its values are not what they were. A sweep that diverges is what the test looks for: the run
 * finishes.
 *
 * @param batches opens the training batches in the order that a seed gives
 */
export async function sweepRun(
  spec: RunSpec & { rangeTest: RangeTestSpec },
  learner: Learner,
  dataset: Dataset,
  batches: (seed: number) => BatchFeed,
  { recorder, notice, pause, shouldStop }: TrainContext,
): Promise<TrainResult> {
  const { rangeTest, batchSize, seed } = spec
  const epoch = stepsPerEpoch(dataset.summary.train, batchSize)
  if (epoch < rangeTest.steps)
    notice(
      `An epoch has ${epoch} batches, fewer than the ${rangeTest.steps} updates of a sweep: the data comes again, in another order each time`,
    )
  const point = pointOf(tracksOf(spec).update)
  const between = async () => {
    await pause()
    return shouldStop()
  }
  const { stopped, lastStep, difference } = await runRangeTest(learner, stateOf(learner), {
    spec: rangeTest,
    momentum: momentumOf(spec.optimizer),
    batches: (repeat) => batches(shuffleSeedOf(seed, repeat)),
    record: (step, facts) => recorder.record('update', step, point(facts)),
    between,
  })
  if (difference > 0)
    notice(`${difference} values of the model or optimizer could not be put back after the range test`)
  if (stopped) return { status: 'stopped' }
  const result = await evaluate(learner, dataset, between)
  if (!result) return { status: 'stopped' }
  const { loss, accuracy } = result
  recorder.record('evaluation', lastStep, [loss, ...(isRegression(spec.dataset) ? [] : [accuracy]), difference])
  return { status: 'finished' }
}
