import { AppError } from '../../domain/errors'
import { createRng } from '../../domain/rng'
import type { EngineInfo } from '../../domain/run'
import { createSchedule } from '../../domain/schedules/registry'
import { type RunSpec, stepsPerEpoch, totalSteps } from '../../domain/spec/run-spec'
import { type Engine, resolveEngine } from '../backends/resolve'
import type { Dataset } from '../datasets/dataset'
import { loadDataset } from '../datasets/load-dataset'
import { buildModel } from '../layers/build-model'
import { createSgd } from '../optimizers/sgd'
import { afterFailure } from '../ops/portable/memory'
import type { Train, TrainContext, TrainResult } from '../types'
import { shuffledBatches } from './batches'
import { evaluate } from './evaluate'
import { type Learner, updateStep } from './update-step'

/** The update ratio is recorded at every tenth update: a measure of health that need not cost a fifth of a small step. */
export const RATIO_EVERY = 10

/** Evaluations of a run that does not say how many: enough for a curve, few enough to cost less than the training. */
const EVALUATIONS = 20

/** Updates between evaluations: as the spec says, otherwise about 20 in the run and at least one an epoch. */
export function evaluationInterval(spec: RunSpec, samples: number): number {
  if (spec.evaluate) return spec.evaluate.everySteps
  const twentieth = Math.ceil(totalSteps(spec, samples) / EVALUATIONS)
  return Math.min(twentieth, stepsPerEpoch(samples, spec.batchSize))
}

/**
 * Trains one run. Updates are numbered from 0; an evaluation carries the number of the update before it, and one always
 * follows the last update. A loss or gradient that is not finite is recorded and ends the run before it reaches the
 * weights. A stop ends it between two updates, without a last evaluation.
 *
 * @throws AppError for a dataset, engine or model that cannot be had, `engine.failed` for what breaks on the way
 */
export const train: Train = async (spec, context) => {
  context.loading(`dataset ${spec.dataset.kind}`)
  const dataset = await loadDataset(spec.dataset)
  const samples = dataset.summary.train
  if (spec.batchSize > samples)
    throw new AppError(
      'spec.invalid',
      `batchSize must not be above the ${samples} training samples, got ${spec.batchSize}`,
      {
        field: 'batchSize',
        allowed: `1 to ${samples}`,
        got: String(spec.batchSize),
      },
    )
  context.loading(`engine ${spec.engine}`)
  const engine = await resolveEngine(spec.engine)
  const learner = createLearner(spec, engine, dataset)
  const free = () => {
    learner.optimizer.dispose()
    learner.model.dispose()
  }
  let result: TrainResult
  try {
    context.ready({
      engine: engine.info,
      dataset: dataset.summary,
      parameters: learner.model.parameterCount,
      totalSteps: totalSteps(spec, samples),
    })
    result = await loop(spec, learner, dataset, context)
  } catch (cause) {
    afterFailure(free)
    throw engineFailure(cause, engine.info, spec)
  }
  free()
  return result
}

/** What broke on the way, in words. TensorFlow.js does not check its allocations: what follows one is a trap. */
function engineFailure(cause: unknown, { kind }: EngineInfo, { batchSize }: RunSpec): AppError {
  if (cause instanceof AppError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  const memory = cause instanceof Error && ['RangeError', 'RuntimeError'].includes(cause.name)
  const advice = memory
    ? `; most likely it is out of memory: use a batchSize below ${batchSize} or a smaller model`
    : ''
  return new AppError('engine.failed', `The ${kind} engine failed: ${reason}${advice}`, { got: reason }, { cause })
}

/** Model and optimizer of a run, with weights drawn by its seed. */
export function createLearner(spec: RunSpec, { ops }: Engine, { summary }: Dataset): Learner {
  const rng = createRng(spec.seed, 'weights')
  const model = buildModel(ops, spec.model, summary.shape, summary.classes, rng)
  const optimizer = createSgd(ops, spec.optimizer, model.parameters)
  return { ops, model, optimizer, shape: summary.shape, loss: spec.loss, clipNorm: spec.clip?.norm ?? Infinity }
}

async function loop(spec: RunSpec, learner: Learner, dataset: Dataset, context: TrainContext): Promise<TrainResult> {
  const { recorder } = context
  const samples = dataset.summary.train
  const steps = totalSteps(spec, samples)
  const schedule = createSchedule(spec.schedule, steps)
  const everySteps = evaluationInterval(spec, samples)
  const batches = shuffledBatches(samples, spec.batchSize, spec.seed)
  const between = async () => {
    await context.pause()
    return context.shouldStop()
  }
  for (let t = 0; t < steps; t++) {
    if (await between()) return { status: 'stopped' }
    const started = performance.now()
    const lr = schedule.lr(t)
    const momentum = schedule.momentum?.(t) ?? learner.optimizer.momentum
    const batch = dataset.batch('train', batches.next().value)
    const measureRatio = t % RATIO_EVERY === 0
    const { loss, accuracy, gradientNorm, updateRatio, diverged } = updateStep(
      learner,
      batch,
      { lr, momentum },
      measureRatio,
    )
    recorder.record('update', t, [loss, accuracy, lr, momentum, gradientNorm, performance.now() - started])
    if (diverged) return { status: 'diverged', step: t }
    if (updateRatio !== null) recorder.record('ratio', t, [updateRatio])
    if ((t + 1) % everySteps === 0 || t === steps - 1) {
      const result = await evaluate(learner, dataset, between)
      if (!result) return { status: 'stopped' }
      recorder.record('evaluation', t, [result.loss, result.accuracy])
    }
  }
  return { status: 'finished' }
}
