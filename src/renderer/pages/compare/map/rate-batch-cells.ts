import { higherIsBetter } from '../../../../core/domain/metrics'
import type { ChartTheme } from '../../../charts/theme'
import { median } from '../scatter/moving-median'
import { contrast, mixed } from '../scatter/scatter-colours'

/** A range of peak rates: from `low` on, below `high`; an exact rate where both are the same. */
export interface RateBin {
  low: number
  high: number
}

/** Runs of one range of rates and one batch size. */
export interface Cell {
  rate: RateBin
  batch: number
  /** Numbers of the runs, those that diverged too. */
  runs: number[]
  diverged: number
  /** Best or median value of those that did not diverge; NaN where none has one. */
  value: number
}

/** The map: a row of cells for each batch size, ascending; rates ascend in each row. */
export interface CellMap {
  rates: RateBin[]
  batches: number[]
  cells: Cell[][]
  /** Runs that stand in no cell: without a rate above 0 or without a batch size. */
  without: number
}

/** Up to so many different rates each have a column. */
const FEW = 9
/** Columns of a decade: their borders are a third of it apart, as 1, 2 and 5. */
const PARTS = [1, 2, 5]

/**
 * Puts runs into cells of peak rate and batch size.
 *
 * @param values of the metric, NaN where a run has none
 * @param pick what a cell shows: the best value by the metric's direction, or the median
 */
export function cellMap(
  runs: { rates: Float64Array; batches: Float64Array; values: Float64Array; diverged: Uint8Array },
  metric: string,
  pick: 'best' | 'median',
): CellMap {
  const inside = Array.from(runs.rates.keys()).filter(
    (i) => runs.rates[i]! > 0 && Number.isFinite(runs.rates[i]!) && runs.batches[i]! > 0,
  )
  const rates = rateBins(inside.map((i) => runs.rates[i]!))
  const batches = [...new Set(inside.map((i) => runs.batches[i]!))].sort((a, b) => a - b)
  const cells = batches.map((batch) => rates.map((rate): Cell => ({ rate, batch, runs: [], diverged: 0, value: NaN })))
  for (const i of inside) {
    const column = rates.findIndex((bin) => isIn(bin, runs.rates[i]!))
    const cell = cells[batches.indexOf(runs.batches[i]!)]![column]!
    cell.runs.push(i)
    cell.diverged += runs.diverged[i]!
  }
  for (const cell of cells.flat()) {
    const reached = cell.runs
      .filter((i) => !runs.diverged[i] && Number.isFinite(runs.values[i]!))
      .map((i) => runs.values[i]!)
    if (reached.length) cell.value = pick === 'median' ? median(reached) : best(reached, metric)
  }
  return { rates, batches, cells, without: runs.rates.length - inside.length }
}

const isIn = ({ low, high }: RateBin, rate: number): boolean =>
  low === high ? rate === low : rate >= low && rate < high
const best = (values: readonly number[], metric: string): number =>
  values.reduce((a, b) => (higherIsBetter(metric) === b > a ? b : a))

/** The rates themselves where they are few, else ranges between 1, 2 and 5 of each decade; none is left out in between. */
export function rateBins(rates: readonly number[]): RateBin[] {
  const distinct = [...new Set(rates)].sort((a, b) => a - b)
  if (distinct.length <= FEW) return distinct.map((rate) => ({ low: rate, high: rate }))
  const [least, most] = [distinct[0]!, distinct.at(-1)!]
  const decades = Array.from(
    { length: Math.floor(Math.log10(most)) - Math.floor(Math.log10(least)) + 3 },
    (_, i) => Math.floor(Math.log10(least)) - 1 + i,
  )
  // Over many decades whole ones: thirds would be too narrow to read.
  const parts = decades.length > 7 ? [1] : PARTS
  const borders = decades.flatMap((power) => parts.map((part) => Number(`${part}e${power}`)))
  const from = borders.findLastIndex((border) => border <= least)
  const to = borders.findIndex((border) => border > most)
  return borders.slice(from, to).map((low, i) => ({ low, high: borders[from + i + 1]! }))
}

/** The runs of a cell in the filter language. */
export function cellFilter({ rate: { low, high }, batch }: Cell): string {
  const rate = low === high ? `peakLr = ${low}` : `peakLr >= ${low} and peakLr < ${high}`
  return `${rate} and batchSize = ${batch}`
}

/** What a cell says of divergence, besides its colour; empty where nothing diverged. */
export function divergedWords({ runs, diverged }: Cell): string {
  if (diverged === 0) return ''
  return diverged === runs.length ? (runs.length === 1 ? 'diverged' : 'all diverged') : `${diverged} diverged`
}

/** Place of each cell's value between the worst and the best one: 0 to 1; NaN where a cell has none. */
export function cellShades(cells: readonly Cell[], metric: string): number[] {
  const values = cells.map(({ value }) => value).filter(Number.isFinite)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return cells.map(({ value }) => {
    if (!Number.isFinite(value)) return NaN
    const share = high > low ? (value - low) / (high - low) : 1
    return higherIsBetter(metric) || high === low ? share : 1 - share
  })
}

/** Fill of a cell by its shade, and a colour that can be read on it; none where it has no value. */
export function cellLooks(shade: number | undefined, theme: ChartTheme): { background?: string; color?: string } {
  if (shade === undefined || Number.isNaN(shade)) return {}
  const background = mixed(theme.panel, theme.quantities.val, 0.06 + 0.84 * shade)
  const [dark, light] = [theme.cross, theme.panel]
  return { background, color: contrast(background, dark) >= contrast(background, light) ? dark : light }
}
