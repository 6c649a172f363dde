import { parseRunSpec, type RunSpec, type RunSpecInput } from './spec/run-spec'

/** Updates in each of the three runs, unless the caller says otherwise. */
export const QUICKSTART_STEPS = 400

const PEAK = 0.1
/** A usual choice for plain SGD with momentum 0.9, for the two schedules that do not climb. */
const PLAIN = 0.02

/**
 * The runs of the first launch: the same network, data, seed and number of updates; only the schedule differs.
 * The whole test set is evaluated, but only four times: on wasm an evaluation takes as long as forty updates.
 *
 * @param steps updates in each run, at least 3
 */
export function quickstartSpecs(steps = QUICKSTART_STEPS): RunSpec[] {
  const schedules: RunSpecInput['schedule'][] = [
    { kind: 'constant', lr: PLAIN },
    { kind: 'step', lr: PLAIN, everySteps: Math.ceil(steps / 2), gamma: 0.1 },
    { kind: 'one-cycle', maxLr: PEAK },
  ]
  return schedules.map((schedule) =>
    parseRunSpec({
      name: schedule.kind,
      group: 'quickstart',
      tags: ['quickstart'],
      dataset: { kind: 'mnist', train: 60000, validation: 10000 },
      model: { preset: 'cnn-small' },
      optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 0.0005 },
      schedule,
      batchSize: 64,
      budget: { steps },
      evaluate: { everySteps: Math.max(1, Math.ceil(steps / 4)) },
      seed: 1,
    } satisfies RunSpecInput),
  )
}
