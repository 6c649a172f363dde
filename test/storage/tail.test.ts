import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frame, newRun, open, points } from './support/workspace'

describe('a cursor', () => {
  it('gives every point once and in order, whatever the batches and limits (property)', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 3000 }), fc.boolean(), (batches, limit, sealed) => {
        const storage = open()
        storage.runs.create(newRun('a'))
        let [written, cursor] = [0, 0]
        const seen: number[] = []
        const follow = () => {
          for (;;) {
            const part = storage.metrics.tail('a', 'x', cursor, limit)
            expect(part.ordinal).toBe(cursor)
            expect(part.values.length).toBeLessThanOrEqual(limit)
            if (!part.steps.length) return
            seen.push(...part.values)
            cursor = part.ordinal + part.steps.length
          }
        }
        for (const n of batches) {
          storage.metrics.append('a', [frame('t', ['w', 'x'], written, n, (s, j) => s * (j + 1))], written)
          written += n
          if (sealed) storage.metrics.seal('a')
          follow()
        }
        expect(seen).toEqual(Array.from({ length: written }, (_, i) => 2 * i))
        storage.close()
      }),
      { numRuns: 25, seed: 5 },
    )
  })

  it('waits for a metric that is not there yet, and refuses a run that is not there', () => {
    const { runs, metrics } = open()
    runs.create(newRun('a'))
    expect(metrics.tail('a', 'validation/loss', 7, 10)).toMatchObject({ ordinal: 7, steps: new Float64Array() })
    expect(() => metrics.tail('b', 'x', 0, 10)).toThrow(expect.objectContaining({ code: 'run.notFound' }))
  })
})

describe('a series', () => {
  it('is cut to a range of steps, both ends included, across chunks and tail', () => {
    const { runs, metrics } = open()
    runs.create(newRun('a'))
    metrics.append('a', [frame('t', ['x'], 0, 3000)], 3000)
    const { ordinal, steps, times } = metrics.series('a', 'x', { from: 1000, to: 2100 })
    expect([ordinal, steps.length, steps[0], steps.at(-1)]).toEqual([1000, 1101, 1000, 2100])
    expect(times.at(-1)! - times[0]!).toBe(1100)
    expect(metrics.series('a', 'x', { from: 5000 })).toMatchObject({ ordinal: 3000, steps: new Float64Array() })
    expect(metrics.series('a', 'x', { from: 2.5, to: 3.5 }).steps).toEqual(Float64Array.of(3))
  })

  it('keeps the same step twice, steps that go back, and uneven steps', () => {
    const { runs, metrics } = open()
    runs.create(newRun('a'))
    const steps = Array.from({ length: 2500 }, (_, i) => (i < 1500 ? i : i - 700) + (i % 3 === 0 ? 0.25 : 0))
    metrics.append('a', [points('x', steps, steps)], 0)
    expect([...metrics.series('a', 'x').steps]).toEqual(steps)
    const inside = steps.filter((step) => step >= 900 && step <= 1200)
    expect([...metrics.series('a', 'x', { from: 900, to: 1200 }).values]).toEqual(inside)
  })

  it('of a metric that a run lacks is refused with the ones it has and the nearest name', () => {
    const { runs, metrics } = open()
    runs.create(newRun('a'))
    metrics.append('a', [frame('t', ['train/loss', 'lr'], 0, 3)], 3)
    expect(() => metrics.series('a', 'train/los')).toThrow(
      expect.objectContaining({
        code: 'metric.notFound',
        message: expect.stringMatching(/did you mean train\/loss\?.*train\/loss, lr/),
      }),
    )
  })
})
