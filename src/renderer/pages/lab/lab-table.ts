import { nonFiniteWord } from '../../../core/domain/format'
import type { LabCurve } from './lab-curves'

/** Columns and rows of numbers; null where nothing was recorded. */
export interface LabTable {
  columns: string[]
  rows: (number | null)[][]
}

/** The numbers of the chart at each rate that a repeat used: raw losses, smoothed mean, its ends and slope. */
export function labTable({ sweeps, analysis }: LabCurve): LabTable {
  const longest = sweeps.reduce<Float64Array>(
    (most, { lr }) => (lr.length > most.length ? lr : most),
    new Float64Array(),
  )
  const curves = analysis
    ? ([
        ['smoothed mean', analysis.loss],
        ['least', analysis.low],
        ['greatest', analysis.high],
        ['slope', analysis.slope],
      ] as const)
    : []
  const grid = analysis?.lr ?? new Float64Array()
  let at = 0
  return {
    columns: ['LR', ...sweeps.map((_, i) => `repeat ${i + 1}`), ...curves.map(([name]) => name)],
    rows: Array.from(longest, (lr, k) => {
      while (at < grid.length - 1 && Math.abs(Math.log(grid[at + 1]! / lr)) <= Math.abs(Math.log(grid[at]! / lr))) at++
      // All repeats use the same rate at the same update.
      return [lr, ...sweeps.map(({ loss }) => loss[k] ?? null), ...curves.map(([, values]) => finite(values[at]))]
    }),
  }
}

/** A smoothed curve has gaps where no repeat has a value. */
const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null

/** Tab separated with full precision, as a spreadsheet takes it. */
export const tableText = ({ columns, rows }: LabTable): string =>
  [columns, ...rows.map((row) => row.map((value) => (value === null ? '' : (nonFiniteWord(value) ?? String(value)))))]
    .map((line) => line.join('\t'))
    .join('\n')
