import fc from 'fast-check'
import * as v from 'valibot'
import { type ScheduleKind, ScheduleSpec } from '../../../src/core/domain/schedules/registry'

const rate = fc.double({ min: 1e-6, max: 1e3, noNaN: true })
const share = fc.double({ min: 0, max: 1, noNaN: true })
const factor = fc.double({ min: 0.01, max: 1, noNaN: true })
const length = fc.integer({ min: 1, max: 400 })
const mult = fc.constantFrom(1, 1.1, 1.5, 2, 3, 10)
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const momentum = fc.constantFrom(null, { base: 0.8, max: 0.9 }, { base: 0, max: 0.99 })

/** Two rates, the lower one a share of the higher. */
const pair = (high: string, low: string) =>
  fc.tuple(rate, share).map(([top, part]) => ({ [high]: top, [low]: top * part }))
const record = (kind: ScheduleKind, ...parts: fc.Arbitrary<object>[]) =>
  fc.tuple(...parts).map((all) => Object.assign({ kind }, ...all) as { kind: ScheduleKind })

const SINGLE = {
  constant: record('constant', fc.record({ lr: rate })),
  step: record('step', fc.record({ lr: rate, everySteps: length, gamma: factor })),
  'multi-step': record(
    'multi-step',
    fc.record({
      lr: rate,
      gamma: factor,
      milestones: fc.uniqueArray(length, { minLength: 1, maxLength: 5 }).map((list) => list.sort((a, b) => a - b)),
      convention: fc.constantFrom('pytorch', 'keras'),
    }),
  ),
  exponential: record(
    'exponential',
    fc.record({ lr: rate }),
    fc.oneof(fc.record({ gamma: factor }), fc.record({ rate: factor, decaySteps: length, staircase: fc.boolean() })),
  ),
  'inverse-time': record('inverse-time', fc.record({ lr: rate, rate, decaySteps: length, staircase: fc.boolean() })),
  polynomial: record(
    'polynomial',
    pair('lr', 'endLr'),
    fc.record({ power: fc.double({ min: 0.5, max: 4, noNaN: true }), steps: optional(length), cycle: fc.boolean() }),
  ),
  cosine: record(
    'cosine',
    pair('lr', 'minLr'),
    fc.record({ steps: optional(length), afterEnd: fc.constantFrom('clamp', 'rise') }),
  ),
  'warm-restarts': record(
    'warm-restarts',
    pair('lr', 'minLr'),
    fc.record({
      cycleSteps: length,
      cycleMult: mult,
      peakMult: factor,
      convention: fc.constantFrom('pytorch', 'keras'),
    }),
  ),
  triangular: record(
    'triangular',
    pair('maxLr', 'minLr'),
    fc.record({
      stepsUp: length,
      stepsDown: optional(length),
      mode: fc.constantFrom('triangular', 'triangular2', 'exp-range'),
      gamma: fc.double({ min: 0.9, max: 1, noNaN: true }),
      momentum,
    }),
  ),
  sawtooth: record('sawtooth', pair('maxLr', 'minLr'), fc.record({ cycleSteps: length, cycleMult: mult })),
  'one-cycle': record(
    'one-cycle',
    fc.record({
      maxLr: rate,
      pctStart: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      anneal: fc.constantFrom('cosine', 'linear'),
      div: fc.double({ min: 1, max: 100, noNaN: true }),
      finalDiv: fc.double({ min: 1, max: 1e5, noNaN: true }),
      threePhase: fc.boolean(),
      steps: optional(length),
      momentum,
      convention: fc.constantFrom('pytorch', 'fastai'),
    }),
  ),
  wsd: record(
    'wsd',
    pair('lr', 'endLr'),
    fc.record({
      warmupSteps: fc.integer({ min: 0, max: 200 }),
      decaySteps: fc.integer({ min: 0, max: 200 }),
      decay: fc.constantFrom('linear', 'cosine', 'one-minus-sqrt'),
    }),
  ),
  plateau: record('plateau', pair('lr', 'minLr'), fc.record({ convention: fc.constantFrom('pytorch', 'keras') })),
  piecewise: record(
    'piecewise',
    fc.record({
      points: fc
        .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 400 }), rate), {
          minLength: 1,
          maxLength: 8,
          selector: ([t]) => t,
        })
        .map((points) => points.sort(([a], [b]) => a - b)),
      interpolate: fc.constantFrom('none', 'linear', 'log', 'cosine'),
    }),
  ),
}

const warmup = fc.record({
  steps: length,
  // Never above where any of the specs here begins: they start at 1e-6 or, falling to nothing, at 0.
  from: fc.constantFrom(0, 1e-9),
  shape: fc.constant('linear'),
  convention: fc.constantFrom('anneal', 'pytorch'),
})

const single = fc.oneof(...Object.values(SINGLE))
const warmed = (inner: fc.Arbitrary<object>) =>
  fc.tuple(inner, optional(warmup)).map(([spec, ahead]) => (ahead ? { ...spec, warmup: ahead } : spec))
const sequence = fc
  .array(fc.record({ steps: length, schedule: warmed(single) }), { minLength: 1, maxLength: 4 })
  .map((parts) => ({ kind: 'sequence', parts }))

const parsed = (spec: object): ScheduleSpec => v.parse(ScheduleSpec, JSON.parse(JSON.stringify(spec)))

/** Valid specs of one family, without a warm-up. */
export const specsOf = (kind: Exclude<ScheduleKind, 'sequence'>): fc.Arbitrary<ScheduleSpec> => SINGLE[kind].map(parsed)
/** Valid specs of every family, with and without warm-up, and sequences of them. */
export const anySpec: fc.Arbitrary<ScheduleSpec> = warmed(fc.oneof({ weight: 4, arbitrary: single }, sequence)).map(
  parsed,
)

/** Updates in a run: short ones count, and most are not what the spec expects. */
export const runLengths = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 600 }))
