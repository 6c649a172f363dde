import type { ChosenRun } from '../chosen-run'

/** Values of a chosen run and of the runs that differ from it in the seed only. */
export interface BarRow {
  run: ChosenRun
  /** A value of each of its runs that has one, NaN and infinities too. */
  values: { id: string; value: number }[]
  /** Mean of the finite ones, and their standard deviation (n − 1); NaN where there are too few. */
  mean: number
  std: number
  finite: number
  /** Runs that recorded nothing. */
  without: number
}

/** One row for each chosen run; `valueOf` gives the value of a run, undefined where it has none. */
export function barRows(chosen: readonly ChosenRun[], valueOf: (run: string) => number | undefined): BarRow[] {
  return chosen.map((run) => {
    const read = run.replicates.map(({ id }) => ({ id, value: valueOf(id) }))
    const values = read.flatMap(({ id, value }) => (value === undefined ? [] : [{ id, value }]))
    const finite = values.map(({ value }) => value).filter(Number.isFinite)
    return { run, values, ...meanAndStd(finite), finite: finite.length, without: read.length - values.length }
  })
}

/** Mean and standard deviation (n − 1); NaN of none, and a NaN deviation of one. */
export function meanAndStd(values: readonly number[]): { mean: number; std: number } {
  const n = values.length
  const mean = n ? values.reduce((sum, value) => sum + value, 0) / n : NaN
  const std = n > 1 ? Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)) : NaN
  return { mean, std }
}

/** Rows in order: as the chips stand, or the best first; rows without a value come last. */
export function sortedRows<T extends { mean: number }>(
  rows: readonly T[],
  order: 'chips' | 'best',
  higher: boolean,
): T[] {
  if (order === 'chips') return [...rows]
  const last = (row: T) => Number(Number.isNaN(row.mean))
  return [...rows].sort((a, b) => last(a) - last(b) || (higher ? b.mean - a.mean : a.mean - b.mean) || 0)
}

/** Ends of the axis of bars: 0 is in it unless all values lie close together far from it. */
export function barRange(values: readonly number[]): { from: number; to: number } {
  const finite = values.filter(Number.isFinite)
  if (!finite.length) return { from: 0, to: 1 }
  const [low, high] = [Math.min(...finite), Math.max(...finite)]
  if (low === high) return low === 0 ? { from: 0, to: 1 } : { from: Math.min(0, low), to: Math.max(0, low) }
  const close = high - low < 0.15 * Math.max(Math.abs(low), Math.abs(high))
  const air = (high - low) * 0.25
  return close ? { from: low - air, to: high + air / 4 } : { from: Math.min(0, low), to: Math.max(0, high) }
}

/** Place of a value on the axis of bars: 0 to 1. */
export const barShare = (value: number, { from, to }: { from: number; to: number }): number =>
  Math.min(1, Math.max(0, (value - from) / (to - from)))

/** A bar as it is drawn: mean, deviation and each value of a chosen run, with words for them. */
export interface ListedBar {
  run: ChosenRun
  mean: number
  std: number
  values: readonly { id: string; value: number }[]
  words: string
  alarm?: boolean
}
