import { describe, expect, it } from 'vitest'
import { createRng, type Rng } from '../../src/core/domain/rng'
import type { SeriesPart } from '../../src/core/storage/types'
import { frame, newRun, open, points } from './support/workspace'

/** What is right by definition: every point in the order of recording, one by one. */
function naive({ steps, times, values }: SeriesPart, value: number, atLeast: boolean) {
  for (let i = 0; i < values.length; i++) {
    const reached = Number.isFinite(values[i]!) && (atLeast ? values[i]! >= value : values[i]! <= value)
    if (reached) return { step: steps[i]!, time: times[i]! }
  }
  return null
}

function counted(
  { steps, values }: SeriesPart,
  value: number,
  atLeast: boolean,
  range: { from?: number; to?: number },
) {
  const { from = -Infinity, to = Infinity } = range
  const inside = [...values].filter((_, i) => steps[i]! >= from && steps[i]! <= to)
  return inside.filter((one) => Number.isFinite(one) && (atLeast ? one >= value : one <= value)).length
}

function recorded() {
  const storage = open()
  storage.runs.create(newRun('a'))
  return storage
}

/** Values of every size, non-finite ones among them; steps that go back and come twice. */
const SHAPES: Record<string, (rng: Rng, i: number) => number> = {
  'rising with noise': (rng, i) => 1 - Math.exp(-i / 3000) + 0.01 * rng.normal(),
  'next to what Float32 can tell apart': (rng) => 0.97 + rng.int(40) * 1e-9,
  'tiny and huge': (rng) => (rng.int(2) ? 1 : -1) * 10 ** (rng.int(600) - 300),
  'full of what is not finite': (rng) => [NaN, Infinity, -Infinity, rng.normal()][rng.int(4)]!,
  constant: () => 0.5,
}

describe.each(Object.entries(SHAPES))('the points of a series %s', (name, shape) => {
  it('that reach a value are those that reading every point finds: the first one, and how many in a range', () => {
    const { metrics } = recorded()
    const rng = createRng(7, name)
    let i = 0
    // Chunks that are full, and an open tail at the end.
    for (let batch = 0; batch < 40; batch++) {
      const n = 1 + rng.int(600)
      const at = Array.from({ length: n }, () => (rng.int(10) ? i++ : rng.int(i + 1)))
      metrics.append(
        'a',
        [
          points(
            'x',
            at,
            at.map((step) => shape(rng, step)),
          ),
        ],
        i,
      )
    }
    const all = metrics.tail('a', 'x', 0, 1e9)
    const values = all.values.filter(Number.isFinite)
    const wanted = [0, -1, 2, 1e-300, ...Array.from({ length: 20 }, () => values[rng.int(values.length)]!)]
    // Just beside a value that is there, on either side.
    const beside = wanted.flatMap((value) => [value, value * (1 + Number.EPSILON), value * (1 - Number.EPSILON)])
    for (const value of beside)
      for (const atLeast of [true, false]) {
        const target = { value, atLeast }
        expect(metrics.reach('a', 'x', target), `${value} ${atLeast}`).toEqual(naive(all, value, atLeast))
        const [from, to] = [rng.int(i), rng.int(i)].sort((a, b) => a - b) as [number, number]
        for (const range of [{}, { from }, { to }, { from, to }])
          expect(metrics.count('a', 'x', target, range), JSON.stringify({ value, atLeast, ...range })).toBe(
            counted(all, value, atLeast, range),
          )
      }
  })
})

describe('a target', () => {
  it('is found in a chunk that was sealed short, and after the run went on', () => {
    const storage = recorded()
    const { metrics } = storage
    metrics.append('a', [frame('t', ['x'], 0, 1500)], 1500)
    metrics.seal('a')
    expect(metrics.reach('a', 'x', { value: 1400, atLeast: true })).toMatchObject({ step: 1400 })
    storage.rewind('a', { step: 1200, evaluationDue: false })
    expect(metrics.reach('a', 'x', { value: 1400, atLeast: true })).toBeNull()
    expect(metrics.count('a', 'x', { value: 1100, atLeast: true })).toBe(100)
    metrics.append('a', [frame('t', ['x'], 1200, 300, (step) => step + 200)], 1500)
    expect(metrics.reach('a', 'x', { value: 1400, atLeast: true })).toMatchObject({ step: 1200 })
  })
  it('is reached by nobody where nothing was recorded, or nothing finite', () => {
    const { metrics } = recorded()
    const target = { value: 0, atLeast: true }
    expect(metrics.reach('a', 'x', target)).toBeNull()
    metrics.append('a', [points('x', [0, 1], [Infinity, NaN])], 2)
    expect(metrics.reach('a', 'x', target)).toBeNull()
    expect(metrics.count('a', 'x', target)).toBe(0)
    expect(metrics.count('a', 'never', target)).toBe(0)
    expect(() => metrics.reach('gone', 'x', target)).toThrow(expect.objectContaining({ code: 'run.notFound' }))
  })
})
