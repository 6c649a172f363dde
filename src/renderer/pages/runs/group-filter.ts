import { fieldOf } from '../../../core/domain/filter/fields'
import type { GroupLine } from '../../../core/domain/table/table'

/**
 * The condition that exactly the runs of a group fulfil, with those of the groups around it.
 * @param groupBy fields that the table is grouped by, the outermost first
 */
export function groupFilter({ key, depth }: Pick<GroupLine, 'key' | 'depth'>, groupBy: readonly string[]): string {
  const parts = key.split('\n')
  return groupBy
    .slice(0, depth + 1)
    .map((name, i) => {
      const field = fieldOf(name, 0).name
      return condition(JSON.stringify(field), parts[i]!.slice(field.length + 1))
    })
    .join(' and ')
}

function condition(field: string, value: string): string {
  // Every value has a part that is nothing, and only a value has one.
  if (value === 'null') return `not (${field} ~ "" or ${field} = true or ${field} = false)`
  if (value === 'NaN') return `${field} ~ "NaN"`
  return `${field} = ${value}`
}

/** Two filters that must both hold; a blank one says nothing. */
export const both = (a: string, b: string): string => (a.trim() && b.trim() ? `(${a}) and ${b}` : a.trim() || b)
