import type { RunRow } from '../run'
import type { Statistic } from './statistics'

/** Runs with one value of a field. `depth` counts the groups around it. */
export interface GroupLine {
  kind: 'group'
  /** Stays the same as long as fields and values do. */
  key: string
  depth: number
  /** Full name of the field, and the value that all runs here have; null where they have none. */
  field: string
  value: number | string | boolean | null
  runs: number
  diverged: number
  /** Best and middle one of the runs' best values of the table's metric, by its direction; NaN where no run has one. */
  best: number
  median: number
  /** Its lines are left out. */
  closed: boolean
}

/** Two or more runs that differ in their seed only, as one line. */
export interface ReplicatesLine {
  kind: 'replicates'
  key: string
  depth: number
  /** Ids of the runs, in the table's order. */
  runs: string[]
  /** The run with the best value of the table's metric; the first one where no run has a value. */
  row: RunRow
  /** Over the runs, for each field of the table that holds numbers, and for the table's metric as `<metric>.best`. */
  statistics: Record<string, Statistic>
  /** Runs that diverged: they are in the statistics as far as they have finite values. */
  diverged: number
  /** Its runs follow as lines of their own. */
  open: boolean
}

export interface RunLine {
  kind: 'run'
  depth: number
  row: RunRow
}

export type TableLine = GroupLine | ReplicatesLine | RunLine

/** A stretch of a table's lines. */
export interface RunTable {
  lines: TableLine[]
  /** Lines in the whole table. */
  total: number
  /** Runs that match and are shown, runs in the workspace, and those that match but are left out as hidden. */
  runs: number
  all: number
  hidden: number
}

export interface TableQuery {
  filter?: string
  sort?: { column: string; descending: boolean }
  /** Fields to group by, the outermost first. */
  groupBy?: readonly string[]
  /** One line for runs that differ in their seed only. */
  fold?: boolean
  /** Keys of groups whose lines are left out, and of replicates whose runs are listed. */
  closed?: readonly string[]
  open?: readonly string[]
  /** Fields that are shown: rows carry the metrics that these name, and no others; absent: all. */
  fields?: readonly string[]
  /** Metric of the summaries, whose direction its name tells. */
  metric?: string
  showHidden?: boolean
  offset?: number
  limit?: number
}
