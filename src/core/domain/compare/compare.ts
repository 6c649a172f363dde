import type { RunRow } from '../run'

/** One row of a comparison: a config path or a result, and each run's value in the runs' order. */
export interface ComparisonRow {
  path: string
  values: unknown[]
  differs: boolean
}

export interface Comparison {
  runs: Pick<RunRow, 'id' | 'name' | 'status' | 'divergedAt'>[]
  parameters: ComparisonRow[]
  results: ComparisonRow[]
}
