import { compileFilter, filterFields } from '../filter/filter'
import type { RunRow } from '../run'

export interface RunSelection {
  /** Matching runs, in the order given. */
  rows: RunRow[]
  /** Matching runs that were left out because they are hidden. */
  hidden: number
}

/**
 * Runs that match a filter. Hidden ones are left out, and counted, unless the filter itself asks about `hidden`.
 * @throws AppError `input.invalid` for a wrong filter
 */
export function selectRuns(rows: readonly RunRow[], filter = '', showHidden = false): RunSelection {
  const matching = rows.filter(compileFilter(filter))
  if (showHidden || filterFields(filter).has('hidden')) return { rows: matching, hidden: 0 }
  const shown = matching.filter(({ hidden }) => !hidden)
  return { rows: shown, hidden: matching.length - shown.length }
}
