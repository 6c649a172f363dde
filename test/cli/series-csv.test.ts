import { describe, expect, it } from 'vitest'
import { seriesCsv } from '../../src/cli/series-csv'

describe('CSV of a run', () => {
  it('has a row a step, cells empty where a metric has no point, and non-finite values as words', () => {
    const csv = seriesCsv([
      { metric: 'train/loss', steps: [0, 1, 2], values: [0.1, NaN, Infinity] },
      { metric: 'validation/loss', steps: [1], values: [-Infinity] },
    ])
    expect(csv).toBe('step,train/loss,validation/loss\n0,0.1,\n1,NaN,-Infinity\n2,Infinity,\n')
  })
  it('gives back every number bit by bit', () => {
    const values = [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, -0]
    const csv = seriesCsv([{ metric: 'x', steps: [0, 1, 2, 3, 4], values }])
    const read = csv
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',')[1]))
    read.forEach((value, i) => expect(Object.is(value, values[i])).toBe(true))
  })
  it('keeps both points of a step that was recorded twice', () => {
    const csv = seriesCsv([{ metric: 'x', steps: [0, 5, 5, 3], values: [1, 2, 3, 4] }])
    expect(csv).toBe('step,x\n0,1\n3,4\n5,2\n5,3\n')
  })
  it('quotes names that hold commas and quotes', () => {
    expect(seriesCsv([{ metric: 'a,"b"', steps: [], values: [] }])).toBe('step,"a,""b"""\n')
  })
})
