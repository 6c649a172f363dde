import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FAMILIES } from '../../../src/core/domain/schedules/registry'
import { show } from '../../../src/core/domain/spec/problems'
import { checkRunSpec } from '../../../src/core/domain/spec/run-spec'
import { type Rule, TABLE, WARMUP } from './field-rules'

function problems(schedule: unknown) {
  const check = checkRunSpec({
    dataset: { kind: 'mnist' },
    model: { preset: 'mlp' },
    budget: { steps: 100 },
    schedule,
  })
  return check.ok ? [] : check.problems
}

/** A copy with the value at a dotted path replaced, or removed where there is none. */
function replaced(spec: unknown, path: string, ...value: [] | [unknown]): unknown {
  const copy = structuredClone(spec) as Record<string, unknown>
  const keys = path.split('.')
  const parent = keys.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, copy)
  if (value.length) parent[keys.at(-1)!] = value[0]
  else delete parent[keys.at(-1)!]
  return copy
}

const cases = Object.entries(TABLE).flatMap(([kind, { spec, rules }]) =>
  Object.entries(rules).map(([path, rule]) => [kind, path, { kind, ...spec }, rule] as const),
)

/** Every value that a field must not have, refused with field, what is allowed and the value. */
function expectRefusals(spec: unknown, path: string, { allowed, values }: Rule) {
  for (const value of values) {
    const [problem] = problems(replaced(spec, path, value))
    // Of a word in capitals the right one is near.
    const meant = typeof value === 'string' && value.length > 1 && allowed.includes(value.toLowerCase())
    const hint = meant ? ` (did you mean ${value.toLowerCase()}?)` : ''
    expect(problem?.message).toBe(`schedule.${path} ${allowed}, got ${show(value)}${hint}`)
    expect(problem!.field).toBe(`schedule.${path}`)
  }
}

describe('a field of a schedule with a wrong value is refused: field, what is allowed, value', () => {
  it.each(cases)('%s: %s', (_kind, path, spec, rule) => expectRefusals(spec, path, rule))

  it.each(Object.entries(WARMUP.rules))('of any family: %s', (path, rule) => {
    for (const [kind, { spec }] of Object.entries(TABLE))
      expectRefusals({ kind, ...spec, warmup: WARMUP.spec }, path, rule)
  })

  it.each(Object.entries(TABLE))(
    '%s is valid as it stands here, alone, in parts and behind a warm-up',
    (kind, { spec }) => {
      const whole = { kind, ...spec }
      expect(problems(whole)).toEqual([])
      expect(problems({ ...whole, warmup: WARMUP.spec })).toEqual([])
      expect(problems({ kind: 'sequence', parts: [{ steps: 3, schedule: whole }] })).toEqual([])
    },
  )

  it.each(
    Object.entries(TABLE).flatMap(([kind, { spec, required }]) => required.map((path) => [kind, path, spec] as const)),
  )('%s without %s says that it is missing', (kind, path, spec) => {
    const [problem] = problems(replaced({ kind, ...spec }, path))
    expect(problem?.field).toBe(`schedule.${path}`)
    expect(problem!.message).toMatch(/ is missing/)
  })

  it.each(Object.entries(TABLE))('%s takes no field that it has not, and offers the nearest name', (kind, { spec }) => {
    const name = Object.keys(spec)[0]!
    const [problem] = problems({ kind, ...spec, [`${name}x`]: 1 })
    expect(problem?.message).toContain(`schedule.${name}x is not a known field (did you mean ${name}?)`)
  })

  it('covers every field of every family', () => {
    expect(Object.keys(TABLE)).toEqual(FAMILIES.map(({ kind }) => kind))
    for (const { kind, schema } of FAMILIES) {
      const fields = Object.keys((schema as unknown as { entries: object }).entries)
      const covered = Object.keys(TABLE[kind]!.rules).map((path) => path.split('.')[0])
      expect(new Set([...covered, 'kind', 'warmup']), kind).toEqual(new Set(fields))
    }
  })
})

describe('fields that do not fit each other are refused at one of them', () => {
  it.each<[string, object, string]>([
    ['minLr above lr', { kind: 'cosine', lr: 1, minLr: 2 }, 'minLr must not be above lr (1), got 2'],
    ['endLr above lr', { kind: 'polynomial', lr: 1, endLr: 2 }, 'endLr must not be above lr (1), got 2'],
    [
      'minLr above maxLr',
      { kind: 'triangular', minLr: 2, maxLr: 1, stepsUp: 1 },
      'minLr must not be above maxLr (1), got 2',
    ],
    [
      'the same of a sawtooth',
      { kind: 'sawtooth', minLr: 2, maxLr: 1, cycleSteps: 1 },
      'minLr must not be above maxLr (1), got 2',
    ],
    [
      'the same of restarts',
      { kind: 'warm-restarts', lr: 1, minLr: 2, cycleSteps: 1 },
      'minLr must not be above lr (1), got 2',
    ],
    [
      'the same of wsd',
      { kind: 'wsd', lr: 1, endLr: 2, warmupSteps: 1, decaySteps: 1 },
      'endLr must not be above lr (1), got 2',
    ],
    ['the same of plateau', { kind: 'plateau', lr: 1, minLr: 2 }, 'minLr must not be above lr (1), got 2'],
    [
      'momentum base above max',
      { kind: 'triangular', minLr: 0, maxLr: 1, stepsUp: 1, momentum: { base: 0.9, max: 0.8 } },
      'momentum.base must not be above max (0.8), got 0.9',
    ],
    [
      'an exponential fall to nothing',
      { kind: 'sawtooth', minLr: 0, maxLr: 1, cycleSteps: 1, shape: 'exponential' },
      'minLr must be above 0 for an exponential fall, got 0',
    ],
    [
      'an exponential climb from nothing',
      { kind: 'constant', lr: 1, warmup: { steps: 3, shape: 'exponential' } },
      'warmup.from must be above 0 for an exponential warm-up, got 0',
    ],
    [
      'log pieces to nothing',
      {
        kind: 'piecewise',
        points: [
          [0, 1],
          [5, 0],
        ],
        interpolate: 'log',
      },
      'points.1.1 must be above 0 for log interpolation, got 0',
    ],
    [
      'milestones out of order',
      { kind: 'multi-step', lr: 1, milestones: [3, 7, 5] },
      'milestones.2 must be above the milestone before it (7), got 5',
    ],
    [
      'a milestone twice',
      { kind: 'multi-step', lr: 1, milestones: [3, 3] },
      'milestones.1 must be above the milestone before it (3), got 3',
    ],
    [
      'no milestone',
      { kind: 'multi-step', lr: 1, milestones: [] },
      'milestones must have at least one milestone, got []',
    ],
    [
      'points out of order',
      {
        kind: 'piecewise',
        points: [
          [5, 1],
          [2, 1],
        ],
      },
      'points.1 must be above the update of the point before it (5), got [2,1]',
    ],
    ['no point', { kind: 'piecewise', points: [] }, 'points must have at least one point, got []'],
    ['a point of one number', { kind: 'piecewise', points: [[5]] }, 'points.0.1 must be from 0 to 10000, got nothing'],
    ['a point of three', { kind: 'piecewise', points: [[5, 1, 2]] }, 'points.0.2 must be [update, rate], got 2'],
    ['no part', { kind: 'sequence', parts: [] }, 'parts must have at least one part, got []'],
    [
      'exponential decay by nothing',
      { kind: 'exponential', lr: 1 },
      'gamma is missing: it must be given, or rate and decaySteps in its place',
    ],
    [
      'by two things',
      { kind: 'exponential', lr: 1, gamma: 0.5, rate: 0.5, decaySteps: 3 },
      'rate must be left out where gamma is given, got 0.5',
    ],
    [
      'by half a thing',
      { kind: 'exponential', lr: 1, decaySteps: 3 },
      'rate is missing: it must be given with decaySteps',
    ],
    [
      'stairs of one update',
      { kind: 'exponential', lr: 1, gamma: 0.5, staircase: true },
      'staircase must be false where gamma is given, got true',
    ],
  ])('%s', (_what, spec, message) => {
    expect(problems(spec)[0]?.message).toBe(`schedule.${message}`)
  })

  it('more than 50 parts, 1000 points or 1000 milestones', () => {
    const many = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
    const part = { steps: 1, schedule: { kind: 'constant', lr: 1 } }
    expect(problems({ kind: 'sequence', parts: many(51).map(() => part) })[0]?.message).toContain('at most 50 parts')
    expect(problems({ kind: 'piecewise', points: many(1001).map((t) => [t, 1]) })[0]?.message).toContain(
      'at most 1000 points',
    )
    expect(problems({ kind: 'multi-step', lr: 1, milestones: many(1001) })[0]?.message).toContain(
      'at most 1000 milestones',
    )
  })

  it('sequences deeper than three, however deep', () => {
    const nested = (depth: number): object => ({
      kind: 'sequence',
      parts: [{ steps: 1, schedule: depth > 1 ? nested(depth - 1) : { kind: 'constant', lr: 1 } }],
    })
    expect(problems(nested(3))).toEqual([])
    const inner = 'schedule.parts.0.schedule.parts.0.schedule.parts.0.schedule'
    for (const depth of [4, 1000])
      expect(problems(nested(depth))).toMatchObject([
        { field: inner, message: expect.stringContaining(`${inner} must not be a sequence: they go at most 3 deep`) },
      ])
  })
})

describe('an unknown kind', () => {
  it.each(FAMILIES.map(({ kind }) => [kind.replace(/.(?=.$)/, ''), kind]))('%s offers %s', (mistyped, kind) => {
    const [problem] = problems({ kind: mistyped })
    expect(problem?.message).toContain(`got "${mistyped}" (did you mean ${kind}?)`)
    const [inside] = problems({ kind: 'sequence', parts: [{ steps: 1, schedule: { kind: mistyped } }] })
    expect(inside?.message).toContain(`schedule.parts.0.schedule.kind must be one of constant`)
    expect(inside?.message).toContain(`(did you mean ${kind}?)`)
  })
  it.each([[undefined], [null], [3], [{}], [['constant']]])('%j is refused', (kind) => {
    expect(problems({ kind, lr: 1 })[0]?.message).toMatch(
      /^schedule\.kind (is missing: it )?must be one of constant, step/,
    )
  })
})

describe('whatever else stands for a schedule', () => {
  it('is refused in words or taken, never crashed on (2000 random values and changes of valid specs)', () => {
    const anything = fc.anything({ withNullPrototype: true, maxDepth: 3 })
    const paths = Object.entries(TABLE).flatMap(([kind, { spec, rules }]) =>
      Object.keys(rules).map((path) => [{ kind, ...spec }, path] as const),
    )
    const changed = fc
      .tuple(fc.constantFrom(...paths), anything)
      .filter(([[spec, path]]) => path.split('.').length === 1 || path.split('.')[0]! in spec)
      .map(([[spec, path], value]) => replaced(spec, path, value))
    fc.assert(
      fc.property(fc.oneof(anything, changed), (schedule) => {
        for (const { field, message, allowed } of problems(schedule)) {
          expect(field).toMatch(/^schedule/)
          expect(message.startsWith(field)).toBe(true)
          expect(allowed).not.toBe('')
        }
      }),
      { numRuns: 2000, seed: 11 },
    )
  })
})
