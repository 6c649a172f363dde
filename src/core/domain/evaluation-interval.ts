import type { RunSpec } from './spec/run-spec'

/** Evaluations of a run that does not say how many: enough for a curve, few enough to cost less than the training. */
const EVALUATIONS = 20

/**
 * Updates between evaluations: as the spec says, otherwise about 20 in the run and at least one an epoch.
 *
 * @param steps updates of the run
 * @param epoch updates of an epoch; Infinity where nobody knows yet
 */
export const evaluationInterval = ({ evaluate }: Pick<RunSpec, 'evaluate'>, steps: number, epoch: number): number =>
  evaluate?.everySteps ?? Math.min(Math.ceil(steps / EVALUATIONS), epoch)
