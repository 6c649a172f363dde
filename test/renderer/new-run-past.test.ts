import { describe, expect, it } from 'vitest'
import { METRIC } from '../../src/core/domain/metrics'
import type { RunRow } from '../../src/core/domain/run'
import { parseRunSpec, totalSteps } from '../../src/core/domain/spec/run-spec'
import { placedNames } from '../../src/renderer/pages/new-run/past-names'
import { pastCourse, pastSchedules } from '../../src/renderer/pages/new-run/past-schedules'
import { estimateOf } from '../../src/renderer/pages/new-run/run-estimate'

const base = {
  dataset: { kind: 'mnist' },
  model: { preset: 'mlp' },
  budget: { steps: 1000 },
  schedule: { kind: 'constant', lr: 0.1 },
}
const spec = (more: object = {}) => parseRunSpec({ ...base, ...more })

let rows = 0
function row(more: object = {}, facts: Partial<RunRow> = {}, best: { accuracy?: number; loss?: number } = {}): RunRow {
  const of = spec(more)
  const summary = (value: number) => ({
    ...{ count: 1, last: value, lastStep: 9, min: value, minStep: 9, max: value, maxStep: 9 },
    ...{ nonFinite: 0, firstNonFiniteStep: null },
  })
  return {
    ...{ id: `row${++rows}`, name: `run ${rows}`, group: '', tags: [], notes: '', status: 'finished', reason: null },
    ...{ spec: of, steps: totalSteps(of), totalSteps: totalSteps(of), peakLr: 0.1, divergedAt: null },
    ...{ createdAt: rows, startedAt: 1000, endedAt: 51_000, engine: null, dataset: null, environment: null },
    parameters: null,
    metrics: {
      ...(best.accuracy !== undefined && { [METRIC.validationAccuracy]: summary(best.accuracy) }),
      ...(best.loss !== undefined && { [METRIC.validationLoss]: summary(best.loss) }),
    },
    ...facts,
  } as RunRow
}

describe('past schedules', () => {
  it('are those of runs on the same data, the best first, those without a measurement last', () => {
    const low = row({ schedule: { kind: 'constant', lr: 0.01 } }, {}, { accuracy: 0.9 })
    const high = row({ schedule: { kind: 'one-cycle', maxLr: 0.3 } }, {}, { accuracy: 0.99 })
    const unmeasured = row({ schedule: { kind: 'step', lr: 0.1, everySteps: 300 } })
    const elsewhere = row({ dataset: { kind: 'spirals' } }, {}, { accuracy: 1 })
    const waiting = row({ schedule: { kind: 'constant', lr: 1 } }, { status: 'queued', startedAt: null })
    const found = pastSchedules([low, unmeasured, elsewhere, waiting, high], spec())
    expect(found.map(({ key }) => key)).toEqual([high.id, low.id, unmeasured.id])
    expect(found.map(({ best }) => best)).toEqual([0.99, 0.9, null])
  })

  it('name the best of the runs that followed one, and how many these were', () => {
    const seeds = [0.97, 0.99, 0.98].map((accuracy, seed) => row({ seed }, {}, { accuracy }))
    const [only, ...others] = pastSchedules(seeds, spec())
    expect(others).toEqual([])
    expect(only).toMatchObject({ key: seeds[1]!.id, best: 0.99, runs: 3 })
  })

  it('of a regression are ordered by their loss, the least first', () => {
    const regression = { dataset: { kind: 'teacher-student' }, loss: 'mean-squared-error' }
    const worse = row(regression, {}, { loss: 0.5 })
    const better = row({ ...regression, schedule: { kind: 'constant', lr: 0.2 } }, {}, { loss: 0.2 })
    expect(pastSchedules([worse, better], spec(regression)).map(({ best }) => best)).toEqual([0.2, 0.5])
  })

  it('leave range tests out: they follow no schedule', () => {
    expect(pastSchedules([row({ rangeTest: {} })], spec())).toEqual([])
  })

  it('are drawn over their own updates, or their own epochs, with every phase end', () => {
    const step = row({ schedule: { kind: 'step', lr: 0.4, everySteps: 3001 }, budget: { steps: 9000 }, batchSize: 60 })
    const [past] = pastSchedules([step], spec())
    const { x, values } = pastCourse(past!, false)
    expect(x.length).toBeLessThan(700)
    expect(values[x.indexOf(3000)]).toBe(0.4)
    expect(values[x.indexOf(3001)]).toBeCloseTo(0.04, 12)
    expect(pastCourse(past!, true).x.at(-1)).toBeCloseTo(8.999, 9)
  })
})

describe('names of past schedules', () => {
  const frame = { x: (x: number) => 50 + x, y: (_: number, value: number) => 300 - 1000 * value }
  const plot = { left: 50, right: 650, top: 20, bottom: 300 }
  const flat = (key: string, value: number) => ({
    key,
    name: key,
    x: Float64Array.from({ length: 601 }, (_, i) => i),
    values: new Float64Array(601).fill(value),
  })

  it('stand above their lines and never on each other', () => {
    const placed = placedNames(
      Array.from({ length: 5 }, (_, i) => flat(`schedule-${i}`, 0.1)),
      frame,
      plot,
    )
    expect(placed.length).toBe(5)
    expect(placed.every(({ y }) => y === 195)).toBe(true)
    const xs = placed.map(({ x }) => x).sort((a, b) => a - b)
    for (let i = 1; i < xs.length; i++) expect(xs[i]! - xs[i - 1]!).toBeGreaterThan(60)
  })

  it('are left out where there is no room', () => {
    expect(placedNames([flat('high', 0.279), flat('low', -0.1)], frame, plot)).toEqual([])
  })
})

describe('the time a run will take', () => {
  it('is that of the updates of the newest run of the same work', () => {
    const old = row({}, { createdAt: 1, endedAt: 901_000 })
    const newest = row({}, { createdAt: 1e6 })
    expect(estimateOf(spec(), 2000, [old, newest])).toEqual({ ms: 100_000, like: newest.name })
  })

  it.each([
    ['another model', { model: { preset: 'cnn-small' } }, {}],
    ['another batch size', { batchSize: 32 }, {}],
    ['another engine', { engine: 'cpu' }, {}],
    ['a range test', { rangeTest: {} }, {}],
    ['a run that has just begun', {}, { steps: 5 }],
    ['a run that still trains', {}, { endedAt: null }],
  ])('is not told from %s', (_, more, facts) => {
    expect(estimateOf(spec(), 2000, [row(more, facts)])).toBeNull()
  })
})
