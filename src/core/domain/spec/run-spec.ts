import * as v from 'valibot'
import { AppError } from '../errors'
import { METRIC } from '../metrics'
import { rangeTestSpec } from '../range-test/range-test-spec'
import { sweepSteps } from '../range-test/sweep'
import { createSchedule, ScheduleSpec } from '../schedules/registry'
import { DatasetSpec, isRegression } from './datasets'
import { choice, count, integer, momentumValue, text } from './fields'
import { ModelSpec, modelProblems } from './models'
import { ClipSpec, OptimizerSpec, RecordSpec } from './optimizers'
import { type Problem, problemsOf } from './problems'
import { RangeTestSpec } from './range-test'

export const MAX_SEED = 4294967295

/** Metrics whose best value a run can keep a checkpoint of. */
const BEST_METRICS = [METRIC.validationAccuracy, METRIC.validationLoss] as const

const seed = () => integer(`from 0 to ${MAX_SEED}`, 0, MAX_SEED)

const budgetMessage = 'must be {"steps": n} or {"epochs": n}'

/** All that decides a run: two runs with the same spec on the same engine give the same numbers. */
export const RunSpec = v.strictObject({
  name: v.optional(text(256), ''),
  group: v.optional(text(256), ''),
  tags: v.optional(v.pipe(v.array(text(64, 1)), v.maxLength(64, 'must have at most 64 tags')), []),
  notes: v.optional(text(65536), ''),
  dataset: DatasetSpec,
  model: ModelSpec,
  loss: v.optional(choice(['cross-entropy', 'mean-squared-error']), 'cross-entropy'),
  /** Share of the target that cross-entropy spreads over all classes. @see Szegedy et al., arXiv 1512.00567 */
  labelSmoothing: v.optional(momentumValue()),
  optimizer: v.optional(OptimizerSpec, { kind: 'sgd' }),
  schedule: ScheduleSpec,
  /** Present: the run is a range test, which sweeps the rate instead of following the schedule. */
  rangeTest: v.optional(RangeTestSpec),
  batchSize: v.optional(count(65536), 64),
  budget: v.union(
    [v.strictObject({ steps: count(100_000_000) }), v.strictObject({ epochs: count(100_000) })],
    budgetMessage,
  ),
  clip: v.optional(ClipSpec),
  record: v.optional(RecordSpec),
  evaluate: v.optional(v.strictObject({ everySteps: count() })),
  /** Absent: one at each evaluation, the newest and the best kept; null: none. */
  checkpoint: v.optional(
    v.nullable(
      v.strictObject({
        everySteps: count(),
        keep: v.optional(count(1000)),
        best: v.optional(choice(BEST_METRICS)),
      }),
    ),
  ),
  seed: v.optional(seed(), 0),
  engine: v.optional(choice(['auto', 'native', 'wasm', 'cpu']), 'auto'),
  threads: v.optional(count(1024)),
})
export type RunSpec = v.InferOutput<typeof RunSpec>
export type RunSpecInput = v.InferInput<typeof RunSpec>

export type SpecCheck = { ok: true; spec: RunSpec } | { ok: false; problems: Problem[] }

/** Number of training samples that a dataset spec asks for; null where only the files know. */
export const trainingSamples = (dataset: DatasetSpec): number | null => ('train' in dataset ? dataset.train : null)

/** Updates in one pass over the training data; the last batch of a pass may be smaller. */
export const stepsPerEpoch = (samples: number, batchSize: number): number => Math.ceil(samples / batchSize)

/**
 * Number of updates N of a run; of a range test the greatest that it may take, whatever its budget.
 * @param samples training samples, where the spec does not say (data of the user's own)
 */
export function totalSteps(spec: RunSpec, samples = trainingSamples(spec.dataset)): number {
  if (spec.rangeTest) return sweepSteps(spec.rangeTest)
  if ('steps' in spec.budget) return spec.budget.steps
  return spec.budget.epochs * stepsPerEpoch(samples ?? spec.batchSize, spec.batchSize)
}

/** Checks an untrusted value against the run spec; fills in defaults, never throws. A range test needs no schedule and no budget. */
export function checkRunSpec(input: unknown): SpecCheck {
  const whole = typeof input === 'object' && input !== null && 'rangeTest' in input ? rangeTestSpec(input) : input
  const result = v.safeParse(RunSpec, Array.isArray(whole) ? null : whole)
  if (!result.success) return { ok: false, problems: problemsOf(result.issues, RunSpec) }
  const problems = crossChecks(result.output)
  return problems.length ? { ok: false, problems } : { ok: true, spec: result.output }
}

/** What no single field can know. */
function crossChecks(spec: RunSpec): Problem[] {
  const problems: Problem[] = modelProblems(spec.model)
  if (spec.labelSmoothing && spec.loss !== 'cross-entropy') {
    const allowed = 'needs the loss cross-entropy'
    const message = `labelSmoothing ${allowed}, got ${spec.loss}`
    problems.push({ field: 'labelSmoothing', message, allowed, got: spec.loss })
  }
  if (isRegression(spec.dataset)) problems.push(...regressionProblems(spec))
  const samples = trainingSamples(spec.dataset)
  if (samples !== null && spec.batchSize > samples) {
    const allowed = `must not be above the ${samples} training samples`
    problems.push({
      field: 'batchSize',
      message: `batchSize ${allowed}, got ${spec.batchSize}`,
      allowed,
      got: String(spec.batchSize),
    })
  }
  if (spec.optimizer.kind === 'sgd' && spec.optimizer.nesterov && spec.optimizer.momentum === 0) {
    const allowed = 'needs optimizer.momentum above 0'
    problems.push({ field: 'optimizer.nesterov', message: `optimizer.nesterov ${allowed}`, allowed, got: 'true' })
  }
  return problems
}

/** What a dataset of numbers to be learned does not go with. */
function regressionProblems(spec: RunSpec): Problem[] {
  const { dataset, loss, checkpoint } = spec
  const problems: Problem[] = []
  if (loss !== 'mean-squared-error') {
    const allowed = 'must be mean-squared-error for a regression'
    const message = `loss ${allowed}: ${dataset.kind} learns numbers; got ${loss}`
    problems.push({ field: 'loss', message, allowed, got: loss })
  }
  if (createSchedule(spec.schedule, totalSteps(spec)).feedback?.metrics.includes(METRIC.validationAccuracy)) {
    const allowed = `must not follow ${METRIC.validationAccuracy}: a regression has no accuracy`
    problems.push({ field: 'schedule', message: `schedule ${allowed}`, allowed, got: METRIC.validationAccuracy })
  }
  if (checkpoint?.best === METRIC.validationAccuracy) {
    const allowed = `must be ${METRIC.validationLoss} for a regression, which has no accuracy`
    problems.push({ field: 'checkpoint.best', message: `checkpoint.best ${allowed}`, allowed, got: checkpoint.best })
  }
  return problems
}

/**
 * Parses an untrusted run spec.
 * @throws AppError `spec.invalid` with every problem in `details.problems`; the message is the first one
 */
export function parseRunSpec(input: unknown): RunSpec {
  const check = checkRunSpec(input)
  if (check.ok) return check.spec
  throw specError(check.problems)
}

export function specError(problems: Problem[]): AppError {
  const { field, message, allowed, got } = problems[0]!
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  return new AppError('spec.invalid', message + more, { field, allowed, got, problems })
}

/** What a valid spec asks for that this version does not do yet; shown before the run starts. */
export function specNotices(spec: RunSpec): string[] {
  const notices: string[] = []
  if (spec.threads && spec.threads > 1 && (spec.engine === 'wasm' || spec.engine === 'cpu'))
    notices.push(`threads ${spec.threads} is not used: the ${spec.engine} engine trains on one thread`)
  return notices
}
