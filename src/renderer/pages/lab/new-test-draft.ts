import { rangeTestSpec } from '../../../core/domain/range-test/range-test-spec'
import { checkRunSpec, type RunSpec, stepsPerEpoch, trainingSamples } from '../../../core/domain/spec/run-spec'
import { type Problem } from '../../../core/domain/spec/problems'
import { firstDraft } from '../new-run/draft'

/** A range test that is being set up: a run spec with `rangeTest`, valid or not. */
export type TestDraft = Record<string, unknown>

/** The part of a spec that a test takes over from a run: what it is called and how long it trains are not of them. */
const TAKEN = [
  'dataset',
  'model',
  'loss',
  'labelSmoothing',
  'optimizer',
  'batchSize',
  'clip',
  'seed',
  'engine',
  'threads',
]

/** What the sweep starts from where the run was no range test. */
const SWEEP = { from: 1e-6, to: 10, steps: 300, repeats: 3, growth: 'exponential' } as const

/** A draft with a run's settings; without a run those that the form of a new run starts with. */
export function testDraft(source: RunSpec | null): TestDraft {
  const spec: Record<string, unknown> = source ?? { ...firstDraft().spec, seed: 1 }
  const taken = Object.fromEntries(TAKEN.flatMap((part) => (spec[part] === undefined ? [] : [[part, spec[part]]])))
  return { ...taken, name: '', rangeTest: source?.rangeTest ?? SWEEP }
}

export interface TestCheck {
  problems: Problem[]
  /** What is created; null where there are problems. */
  spec: RunSpec | null
  /** What is worth knowing before it starts. */
  note: string | null
}

/** Checks a draft by the rules of the run spec. */
export function checkTestDraft(draft: TestDraft): TestCheck {
  const check = checkRunSpec(rangeTestSpec(draft))
  return check.ok
    ? { problems: [], spec: check.spec, note: shortEpoch(check.spec) }
    : { problems: check.problems, spec: null, note: null }
}

function shortEpoch({ dataset, batchSize, rangeTest }: RunSpec): string | null {
  const samples = trainingSamples(dataset)
  if (samples === null) return null
  const epoch = stepsPerEpoch(samples, batchSize)
  return epoch < rangeTest!.steps
    ? `An epoch has ${epoch} batches for ${rangeTest!.steps} steps: the data are gone through more than once`
    : null
}
