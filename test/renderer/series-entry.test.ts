import { describe, expect, it } from 'vitest'
import { EXACT_POINTS, SeriesEntry } from '../../src/renderer/stores/series-entry'

const column = (n: number, from = 0) => Float64Array.from({ length: n }, (_, i) => from + i)
const part = (ordinal: number, n: number) => ({
  run: 'a',
  metric: 'x',
  ordinal,
  steps: column(n, ordinal),
  times: column(n),
  values: column(n),
})
const overview = (total: number) => ({
  run: 'a',
  metric: 'x',
  x: column(4),
  y: column(4),
  total,
  drawn: 4,
  nonFinite: [],
})

describe('a series that grows', () => {
  it('keeps no points of its own behind an overview, and fetches them from the first on where they are wanted again', () => {
    const entry = new SeriesEntry({ run: 'a', metric: 'x', count: 1000 })
    entry.append(part(0, 1000))
    expect([entry.cursor, entry.stale]).toEqual([1000, true])
    entry.recorded(EXACT_POINTS + 1)
    expect(entry.isOverview).toBe(true)
    entry.show(overview(EXACT_POINTS + 1))
    expect(entry.cursor).toBe(0)
    expect(entry.loaded).toMatchObject({ times: null, overview: { total: EXACT_POINTS + 1 } })

    entry.stale = false
    entry.want({ run: 'a', metric: 'x', count: EXACT_POINTS + 1, exact: true })
    expect(entry.stale).toBe(true)
    expect(entry.append(part(0, 20_000))).toBe(true)
    expect(entry.loaded!.overview).toBeNull()
    expect(entry.loaded!.steps).toEqual(column(20_000))
  })

  it('refuses points that were asked for before an overview took their place', () => {
    const entry = new SeriesEntry({ run: 'a', metric: 'x', count: 1000 })
    entry.append(part(0, 1000))
    entry.recorded(EXACT_POINTS + 1)
    entry.show(overview(EXACT_POINTS + 1))
    expect(entry.append(part(1000, 10))).toBe(false)
    expect(entry.loaded!.overview).not.toBeNull()
  })
})
