import { MISSING } from '../../core/domain/format'
import type { Statistic } from '../../core/domain/table/statistics'
import { fieldText, metricOf } from './field-text'

/**
 * Mean ± sample standard deviation over folded runs, in the field's unit; the number alone where there is one or none
 * differs. Null for fields whose mean says nothing, such as a seed or a time of day.
 */
export function statisticText(field: string, { mean, std, n }: Statistic): string | null {
  if (!metricOf(field) && field !== 'duration') return null
  if (n === 0) return MISSING
  const text = (value: number) => fieldText(field, value, 0)
  return n === 1 || std === 0 ? text(mean) : `${text(mean)} ± ${text(std)}`
}
