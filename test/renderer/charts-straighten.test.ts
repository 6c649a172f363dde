import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { straighten, straightened } from '../../src/renderer/charts/straighten'

const points = (y: number[]) => ({ x: Float64Array.from(y, (_, i) => i), y: Float64Array.from(y) })

/** Height of the drawn line at x; NaN in a gap. */
function lineAt({ x, y }: { x: Float64Array; y: Float64Array }, at: number): number {
  const after = x.findIndex((one) => one >= at)
  if (x[after] === at) return y[after]!
  const share = (at - x[after - 1]!) / (x[after]! - x[after - 1]!)
  return y[after - 1]! + share * (y[after]! - y[after - 1]!)
}

describe('straightened lines', () => {
  it('keep only the ends of a flat or sloping line', () => {
    expect(straighten(points(Array<number>(500).fill(0.9)), 0.01).x).toEqual(Float64Array.of(0, 499))
    expect([...straighten(points(Array.from({ length: 500 }, (_, i) => 2 * i)), 0.01).x]).toEqual([0, 499])
  })

  it('keep a spike of one point with both points beside it', () => {
    const y = Array<number>(101).fill(1)
    y[50] = 1.5
    expect([...straighten(points(y), 0.01).x]).toEqual([0, 49, 50, 51, 100])
  })

  it('keep gaps and what borders on them', () => {
    const drawn = straighten(points([1, 1, 1, NaN, 1, 1, 1, NaN, NaN, 1]), 0.01)
    expect([...drawn.x]).toEqual([0, 2, 3, 4, 6, 7, 8, 9])
    expect([...drawn.y]).toEqual([1, 1, NaN, 1, 1, NaN, NaN, 1])
  })

  it('never leave a point farther from the line than the tolerance', () => {
    const rng = createRng(7)
    for (const tolerance of [0.001, 0.05, 0.3]) {
      const all = points(Array.from({ length: 2000 }, (_, i) => Math.sin(i / 90) + 0.2 * rng.next()))
      const drawn = straighten(all, tolerance)
      if (tolerance > 0.1) expect(drawn.x.length).toBeLessThan(1000)
      const farthest = Math.max(...all.y.map((y, i) => Math.abs(lineAt(drawn, i) - y)))
      expect(farthest).toBeLessThanOrEqual(tolerance * (1 + 1e-9))
    }
  })

  it('are found again for the same points, and made anew for others or a smaller tolerance', () => {
    const all = points(Array.from({ length: 200 }, (_, i) => Math.sin(i)))
    const drawn = straightened(all, 0.9)
    expect(drawn).toEqual(straighten(all, 0.5))
    expect(straightened({ ...all }, 0.51)).toBe(drawn)
    expect(straightened(all, 0.1)).toEqual(straighten(all, 0.0625))
    const moved = { x: all.x.map((x) => 2 * x), y: all.y }
    expect(straightened(moved, 0.1)).toEqual(straighten(moved, 0.0625))
  })

  it('leave short and empty lines as they are', () => {
    for (const y of [[], [1], [1, 2], [NaN]]) expect([...straighten(points(y), 1).y]).toEqual(y)
  })
})
