import * as v from 'valibot'
import { AppError } from '../errors'
import { ScheduleSpec } from '../schedules/registry'
import { DatasetSpec } from './datasets'
import { atLeastZero, choice, count, flag, integer, momentumValue, positive, text } from './fields'
import { ModelSpec } from './models'
import { type Problem, problemsOf } from './problems'

export const MAX_SEED = 4294967295

const seed = () => integer(`from 0 to ${MAX_SEED}`, 0, MAX_SEED)

/** SGD; weight decay is added to the gradient (coupled), as PyTorch's SGD does, and spares biases and normalisation. */
export const OptimizerSpec = v.variant('kind', [
  v.strictObject({
    kind: v.literal('sgd'),
    momentum: v.optional(momentumValue(), 0.9),
    nesterov: v.optional(flag(), false),
    weightDecay: v.optional(atLeastZero(), 0),
  }),
])

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
  optimizer: v.optional(OptimizerSpec, { kind: 'sgd' }),
  schedule: ScheduleSpec,
  batchSize: v.optional(count(65536), 64),
  budget: v.union(
    [v.strictObject({ steps: count(100_000_000) }), v.strictObject({ epochs: count(100_000) })],
    budgetMessage,
  ),
  clip: v.optional(v.strictObject({ norm: positive() })),
  evaluate: v.optional(v.strictObject({ everySteps: count() })),
  checkpoint: v.optional(
    v.strictObject({
      everySteps: count(),
      keep: v.optional(count(1000)),
      best: v.optional(text(256, 1)),
    }),
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
 * Number of updates N of a run.
 * @param samples training samples, where the spec does not say (idx files)
 */
export function totalSteps(spec: RunSpec, samples = trainingSamples(spec.dataset)): number {
  if ('steps' in spec.budget) return spec.budget.steps
  return spec.budget.epochs * stepsPerEpoch(samples ?? spec.batchSize, spec.batchSize)
}

/** Checks an untrusted value against the run spec; fills in defaults, never throws. */
export function checkRunSpec(input: unknown): SpecCheck {
  const result = v.safeParse(RunSpec, Array.isArray(input) ? null : input)
  if (!result.success) return { ok: false, problems: problemsOf(result.issues, RunSpec) }
  const problems = crossChecks(result.output)
  return problems.length ? { ok: false, problems } : { ok: true, spec: result.output }
}

/** What no single field can know. */
function crossChecks(spec: RunSpec): Problem[] {
  const problems: Problem[] = []
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
  if (spec.optimizer.nesterov && spec.optimizer.momentum === 0) {
    const allowed = 'needs optimizer.momentum above 0'
    problems.push({ field: 'optimizer.nesterov', message: `optimizer.nesterov ${allowed}`, allowed, got: 'true' })
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
  if (spec.checkpoint)
    notices.push(
      'checkpoint is not used: this version writes no checkpoints, a stopped run keeps its curves but cannot be resumed',
    )
  if (spec.threads && spec.threads > 1)
    notices.push(`threads ${spec.threads} is not used: the wasm engine trains on one thread`)
  return notices
}
