import fc from 'fast-check'
import { contract, type Method } from '../../src/core/api/contract'
import { RunSpec } from '../../src/core/domain/spec/run-spec'
import { SPEC } from '../api/cores'
import { arbitraryOf, type Known } from './arbitrary-of'
import { hostileText, hostileValue } from './hostile'
import { answerOrTypedError, Fault, inTime } from './oracle'
import { KNOWN_RUNS, type Rig, TRANSPORTS } from './rig'

const FILTER_WORDS = [
  'lr',
  '>',
  '0.05',
  'and',
  'or',
  'not',
  '(',
  ')',
  'name',
  '~',
  '"a"',
  'has',
  'in',
  'tag',
  'status',
  '=',
  'finished',
  'train/loss.best',
  ',',
  '!=',
  '"',
  '*',
]

const RUN_TEXTS = [...KNOWN_RUNS, 'gone']
const METRIC_TEXTS = ['train/loss', 'lr', 'none']
const FIELD_TEXTS = ['status', 'name', 'schedule.maxLr', 'train/loss.best', 'createdAt', 'tag']
const TEXTS: Record<string, readonly string[]> = {
  run: RUN_TEXTS,
  runs: RUN_TEXTS,
  reference: RUN_TEXTS,
  metric: METRIC_TEXTS,
  metrics: METRIC_TEXTS,
  against: METRIC_TEXTS,
  fields: FIELD_TEXTS,
  groupBy: FIELD_TEXTS,
  column: FIELD_TEXTS,
  filter: ['', 'lr > 0.05 and status != diverged', 'name ~ "fuzz"'],
  text: ['{}', JSON.stringify(SPEC), '{"a":'],
}
const KNOWN: Known = {
  text: (field) => TEXTS[field] ?? ['a', 'b', 'runs'],
  number: [1, 2, 3, 10, 0.1, 0.5, 100, 1000, 1499],
}

/** Words of the language of filters in any order, and as deep as its length allows. */
const filters = fc.oneof(
  fc.array(fc.constantFrom(...FILTER_WORDS), { maxLength: 30 }).map((words) => words.join(' ')),
  fc
    .tuple(fc.constantFrom('(', 'not ', 'not (', '-'), fc.integer({ min: 0, max: 2000 }))
    .map(([word, n]) => `${word.repeat(n).slice(0, 4090)}lr`),
)

/** Specs of runs that are nearly valid; data small, so that it is the spec that is tried. */
const specs = fc.oneof(
  arbitraryOf(RunSpec, { text: () => ['a', 'b'], number: [1, 2, 3, 10, 0.1, 0.5] }),
  fc
    .tuple(fc.constantFrom(...Object.keys(SPEC), 'clip', 'rangeTest', 'evaluate', 'name', '__proto__'), hostileValue)
    .map(([key, value]) => Object.fromEntries([...Object.entries(SPEC), [key, value]])),
  fc.constant(SPEC),
)

interface Case {
  method: string
  input: unknown
}

const METHODS = Object.keys(contract) as Method[]
const inputs = new Map(METHODS.map((method) => [method, arbitraryOf(contract[method].input, KNOWN)]))

const withFilter = (input: unknown, filter: string): unknown =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input, filter } : input

/** A method of the contract with an input that is valid, nearly so, or nothing of the kind. */
const contractCase: fc.Arbitrary<Case> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(...METHODS).chain((method) => inputs.get(method)!.map((input) => ({ method, input }))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom<Method>('runs.list', 'runs.table', 'runs.columns', 'export.table', 'runs.best'), filters)
      .chain(([method, filter]) => inputs.get(method)!.map((input) => ({ method, input: withFilter(input, filter) }))),
  },
  { weight: 1, arbitrary: specs.map((spec) => ({ method: 'runs.create', input: { spec } })) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...METHODS), hostileValue).map(([method, input]) => ({ method, input })),
  },
  { weight: 1, arbitrary: fc.tuple(hostileText, hostileValue).map(([method, input]) => ({ method, input })) },
)

/** Calls of any method with any input over each transport. Counts what came of them. */
export const contractProperty = (rig: Rig, count: (outcome: string) => void) =>
  fc.asyncProperty(fc.constantFrom(...TRANSPORTS), contractCase, async (name, { method, input }) => {
    const what = `${method} over ${name}`
    const call = () => rig.transports[name].call(method as never, input as never)
    count(await inTime(what, answerOrTypedError(what, call)))
    if (Object.hasOwn(Object.prototype, 'limit')) throw new Fault(`${what}: Object.prototype was changed`)
  })
