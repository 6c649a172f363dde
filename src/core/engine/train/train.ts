import { availableParallelism } from 'node:os'
import { AppError } from '../../domain/errors'
import { checkpointRule } from '../../domain/checkpoint-rule'
import { evaluationInterval } from '../../domain/evaluation-interval'
import { METRIC, tracksOf } from '../../domain/metrics'
import { createRng } from '../../domain/rng'
import { type EngineInfo, outputsOf } from '../../domain/run'
import { createSchedule } from '../../domain/schedules/registry'
import type { Schedule } from '../../domain/schedules/schedule'
import { momentumOf, RECORD_DEFAULTS } from '../../domain/spec/optimizers'
import { isRegression } from '../../domain/spec/datasets'
import { type RunSpec, stepsPerEpoch, totalSteps } from '../../domain/spec/run-spec'
import { threadsFor } from '../../domain/threads'
import { describeEngine, type Engine, resolveEngine } from '../backends/resolve'
import { type Keeper, openKeeper } from '../checkpoints/keeper'
import { restore } from '../checkpoints/restore'
import { checkData, newestWhole, resumeEngine } from '../checkpoints/resume'
import type { Dataset } from '../datasets/dataset'
import { loadDataset } from '../datasets/load-dataset'
import { buildModel } from '../layers/build-model'
import { createOptimizer } from '../optimizers/create-optimizer'
import { afterFailure } from '../ops/portable/memory'
import type { StartingPoint, Train, TrainContext, TrainResult } from '../types'
import type { BatchFeed } from './batch-feed'
import { evaluate } from './evaluate'
import { stateOf, sweepRun } from './sweep-run'
import { pointOf } from './update-point'
import { type Learner, updateStep } from './update-step'

/**
 * Trains one run. Updates are numbered from 0; an evaluation carries the number of the update before it, and one always
 * follows the last update. A loss or gradient that is not finite is recorded and ends the run before it reaches the
 * weights. A stop ends it between two updates, without a last evaluation.
 *
 * Where there are checkpoints to go on from it begins after the newest whole one, and then records what it would have
 * recorded without the break, to the last bit: all that training changes comes out of the file, all chance from seed and
 * number of the update.
 *
 * A range test sweeps the rate in place of all that, see {@link sweepRun}.
 *
 * @throws AppError for a dataset, engine or model that cannot be had, `checkpoint.invalid` where none of the checkpoints
 *   can be used, `engine.failed` for what breaks on the way
 */
export const train: Train = async (spec, context) => {
  context.loading(`dataset ${spec.dataset.kind}`)
  const dataset = await loadDataset(spec.dataset, context.loading)
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
  const checkpoint = newestWhole(context.checkpoints?.resume ?? [], context.notice)
  if (checkpoint) checkData(checkpoint, dataset.summary.sha256, stepsPerEpoch(samples, spec.batchSize))
  const threads = spec.threads ?? threadsOf(spec, dataset)
  context.loading((await describeEngine(spec.engine, threads)).label)
  const engine = checkpoint
    ? await resumeEngine(spec, checkpoint.facts, context.notice)
    : await resolveEngine(spec.engine, threads)
  const learner = createLearner(spec, engine, dataset)
  const free = () => {
    learner.optimizer.dispose()
    learner.model.dispose()
  }
  const schedule = createSchedule(spec.schedule, totalSteps(spec, samples))
  const { step, evaluationDue, best } = checkpoint?.facts ?? { step: 0, evaluationDue: false, best: null }
  const start = { step, evaluationDue }
  let result: TrainResult
  try {
    if (checkpoint) {
      restore(stateOf(learner), checkpoint)
      schedule.feedback?.restore(checkpoint.facts.schedule)
    }
    context.ready({
      engine: engine.info,
      dataset: dataset.summary,
      parameters: learner.model.parameterCount,
      totalSteps: totalSteps(spec, samples),
      start,
    })
    const rule = checkpointRule(spec)
    const keeper =
      context.checkpoints && rule
        ? openKeeper({
            ...context.checkpoints,
            rule,
            from: { ...start, best },
            totalSteps: totalSteps(spec, samples),
            stepsPerEpoch: stepsPerEpoch(samples, spec.batchSize),
            engine: engine.info,
            data: dataset.summary.sha256,
            state: () => stateOf(learner),
            schedule: () => schedule.feedback?.state() ?? null,
            notice: context.notice,
          })
        : null
    // A file of its own where it is bundled: its thread would load all of training otherwise.
    const { openBatchFeed } = await import('./batch-feed')
    if (spec.rangeTest) {
      const batches = (seed: number) => openBatchFeed(dataset, { ...spec, seed })
      result = await sweepRun({ ...spec, rangeTest: spec.rangeTest }, learner, dataset, batches, context)
    } else {
      const feed = openBatchFeed(dataset, spec, start.step)
      result = await loop(spec, schedule, learner, dataset, feed, context, start, keeper).finally(() => feed.close())
    }
  } catch (cause) {
    afterFailure(free)
    throw engineFailure(cause, engine.info, spec)
  }
  free()
  return result
}

/** What suits the model where the spec does not say; the engines that have one thread only do not ask. */
const threadsOf = ({ model }: RunSpec, { summary: { shape } }: Dataset): number =>
  threadsFor({ kind: 'native' }, { model, inputs: shape.reduce((a, b) => a * b, 1), cores: availableParallelism() })

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
  const model = buildModel(ops, spec.model, summary.shape, outputsOf(summary), rng)
  const optimizer = createOptimizer(ops, spec.optimizer, model.parameters)
  const { loss, labelSmoothing, clip, record = RECORD_DEFAULTS } = spec
  // Where a gradient is not finite a sweep ends.
  const gradientNorm = record.gradientNorm || spec.rangeTest !== undefined
  return { ops, model, optimizer, shape: summary.shape, loss, labelSmoothing, clip, gradientNorm }
}

async function loop(
  spec: RunSpec,
  schedule: Schedule,
  learner: Learner,
  dataset: Dataset,
  feed: BatchFeed,
  context: TrainContext,
  start: StartingPoint,
  keeper: Keeper | null,
): Promise<TrainResult> {
  const { recorder } = context
  const samples = dataset.summary.train
  const steps = totalSteps(spec, samples)
  const everySteps = evaluationInterval(spec, steps, stepsPerEpoch(samples, spec.batchSize))
  const ratioEvery = (spec.record ?? RECORD_DEFAULTS).updateRatioEvery
  const updatePoint = pointOf(tracksOf(spec).update)
  const hasAccuracy = !isRegression(spec.dataset)
  const between = async () => {
    await context.pause()
    return context.shouldStop()
  }
  const stopped = (step: number, evaluationDue: boolean): TrainResult => {
    keeper?.stop(step, evaluationDue)
    return { status: 'stopped' }
  }
  /** False where it was given up. */
  const evaluateAfter = async (t: number): Promise<boolean> => {
    const result = await evaluate(learner, dataset, between)
    if (!result) return false
    recorder.record('evaluation', t, hasAccuracy ? [result.loss, result.accuracy] : [result.loss])
    schedule.feedback?.observe(METRIC.validationLoss, result.loss, t)
    if (hasAccuracy) schedule.feedback?.observe(METRIC.validationAccuracy, result.accuracy, t)
    keeper?.after(t + 1, result)
    return true
  }
  if (start.evaluationDue && !(await evaluateAfter(start.step - 1))) return stopped(start.step, true)
  for (let t = start.step; t < steps; t++) {
    if (await between()) return stopped(t, false)
    const started = performance.now()
    const lr = schedule.lr(t)
    const momentum = schedule.momentum?.(t) ?? momentumOf(spec.optimizer)
    const batch = feed.batch(t)
    const { updateRatio, diverged, ...outcome } = updateStep(
      learner,
      batch,
      { lr, momentum },
      ratioEvery > 0 && t % ratioEvery === 0,
    )
    const point = updatePoint({ ...outcome, lr, momentum, stepTime: performance.now() - started })
    recorder.record('update', t, point)
    if (diverged) return { status: 'diverged', step: t }
    schedule.feedback?.observe(METRIC.trainLoss, outcome.loss, t)
    if (updateRatio !== null) recorder.record('ratio', t, [updateRatio])
    if ((t + 1) % everySteps === 0 || t === steps - 1) {
      if (!(await evaluateAfter(t))) return stopped(t + 1, true)
    } else keeper?.after(t + 1, null)
  }
  return { status: 'finished' }
}
