import type { RunRow } from '../../core/domain/run'
import type { TableLine } from '../../core/domain/table/table'

/** What tells a line from all others of its table: a run's id, else the line's key. */
export const keyOf = (line: TableLine): string => (line.kind === 'run' ? line.row.id : line.key)

/** The run of a line: of folded ones the best; null for a group. */
export const rowOf = (line: TableLine | null): RunRow | null => (!line || line.kind === 'group' ? null : line.row)

/** Runs that a line itself stands for; none for a group, whose runs are lines of their own. */
export function runsOf(line: TableLine | null): readonly string[] {
  if (line?.kind === 'run') return [line.row.id]
  return line?.kind === 'replicates' ? line.runs : []
}

/** A line with a run's row as it is now; the same line where it is not of that run. */
export const withRow = (line: TableLine, row: RunRow): TableLine =>
  line.kind !== 'group' && line.row.id === row.id ? { ...line, row } : line
