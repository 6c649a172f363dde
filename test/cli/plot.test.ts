import { describe, expect, it } from 'vitest'
import { renderPlot } from '../../src/cli/plot'

const rows = (text: string) => text.trimEnd().split('\n')
const dots = (text: string) => [...text].filter((c) => c > '\u2800' && c <= '\u28ff').length

describe('the terminal plot', () => {
  it('labels both axes with the greatest, middle and least value and the last update', () => {
    const text = rows(renderPlot([0, 0.25, 0.5, 0.75, 1], { width: 40, height: 9 }))
    expect(text[0]).toMatch(/^ 1\.00 ┤/)
    expect(text[4]).toMatch(/^0\.500 ┤/)
    expect(text[8]).toMatch(/^ {4}0 ┤/)
    expect(text.at(-1)).toMatch(/^ {7}0 +4$/)
    expect(Math.max(...text.map((line) => line.length))).toBeLessThanOrEqual(40)
  })
  it('rises from the lower left to the upper right', () => {
    const text = rows(
      renderPlot(
        Float64Array.from({ length: 1000 }, (_, t) => t),
        { width: 60, height: 10 },
      ),
    )
    const firstDot = (line: string) => [...line].findIndex((c) => c > '\u2800' && c <= '\u28ff')
    const starts = text.slice(0, 10).map(firstDot)
    expect(starts).toEqual([...starts].sort((a, b) => b - a))
  })
  it('keeps a spike of one update in a million visible', () => {
    const values = new Float64Array(1_000_000)
    const flat = dots(renderPlot(values, { width: 60, height: 10 }))
    values[654_321] = 1
    expect(dots(renderPlot(values, { width: 60, height: 10 }))).toBeGreaterThanOrEqual(flat + 9)
  })
  it('draws decades evenly on a logarithmic axis and leaves out zero', () => {
    const text = rows(renderPlot([0, 1e-4, 1e-3, 1e-2], { width: 40, height: 9, log: true }))
    expect(text[4]).toMatch(/^0\.00100 ┤|^ +0\.001\d* ┤/)
    expect(renderPlot([0, 0], { width: 40, height: 9, log: true })).toBe('nothing to draw on a logarithmic axis\n')
  })
  it('draws a constant as one level line', () => {
    const drawn = rows(renderPlot([0.1, 0.1], { width: 40, height: 9 }))
      .slice(0, 9)
      .filter((line) => dots(line) > 0)
    expect(drawn).toHaveLength(1)
  })
})
