import { namedField } from '../../../core/domain/filter/fields'
import type { RunColumns } from '../../../core/domain/table/columns'
import type { GroupLine } from '../../../core/domain/table/table'

type Columns = Pick<RunColumns, 'ids' | 'columns'>

/**
 * Ids of the runs that are in a group, and in the groups around it.
 * @param columns all runs of the table, with the fields that it is grouped by
 * @param groupBy those fields, the outermost first
 */
export function runsOfGroup({ ids, columns }: Columns, line: GroupLine, groupBy: readonly string[]): string[] {
  const parts = line.key.split('\n')
  const wanted = groupBy.slice(0, line.depth + 1).map((name, i) => {
    // A part of the key is the field's full name, =, and the value as JSON; NaN stands for itself.
    const value = parts[i]!.slice(namedField(name, 'groupBy').name.length + 1)
    return { column: columns[name]!, value: value === 'NaN' ? null : plain(JSON.parse(value)) }
  })
  return ids.filter((_, row) => wanted.every(({ column, value }) => plain(column[row]) === value))
}

/** A value as text; null where there is none. */
const plain = (value: unknown): string | null =>
  value === null || value === undefined || Number.isNaN(value) ? null : String(value)
