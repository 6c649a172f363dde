import { formatCount, formatDuration, formatRate, MISSING, nonFiniteWord } from '../../core/domain/format'
import { metricFormat, type MetricFormat, metricNumber } from '../../core/domain/metric-words'
import { formatSetting } from '../format/run-words'
import { formatMoment } from '../format/time'

/** Which number of a metric a column shows; `curve` is its picture. */
export const AGGREGATES = ['last', 'min', 'max', 'best', 'bestStep', 'curve'] as const
export type Aggregate = (typeof AGGREGATES)[number]

const METRIC_FIELD = new RegExp(`^(.+)\\.(${AGGREGATES.join('|')})$`, 's')

/** The metric and the number of it that a field names; null for a field that is none of a metric. */
export function metricOf(field: string): { metric: string; aggregate: Aggregate } | null {
  const [, metric, aggregate] = METRIC_FIELD.exec(field) ?? []
  return metric && aggregate ? { metric, aggregate: aggregate as Aggregate } : null
}

/** How numbers of a field are written. */
export type FieldFormat = MetricFormat | 'duration' | 'moment' | 'count' | 'setting'

const TIMES = new Set(['createdAt', 'startedAt', 'endedAt'])
const COUNTS = new Set(['steps', 'totalSteps', 'divergedAt', 'parameters'])
/** Paths of learning rates: their last word is one of these. */
const RATE = /(^|\.)(lr|peakLr|minLr|maxLr|endLr)$/

/** How numbers of a field are written, by its name. */
export function fieldFormat(field: string): FieldFormat {
  const result = metricOf(field)
  if (result) return result.aggregate === 'bestStep' ? 'count' : metricFormat(result.metric)
  if (COUNTS.has(field)) return 'count'
  if (TIMES.has(field)) return 'moment'
  if (field === 'duration') return 'duration'
  return RATE.test(field) ? 'rate' : 'setting'
}

/** A field's value as a cell shows it. @param now ms since the epoch, for times */
export function fieldText(field: string, value: unknown, now: number): string {
  if (value === null || value === undefined || value === '') return MISSING
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length ? value.map((one) => fieldText(field, one, now)).join(', ') : MISSING
  if (typeof value !== 'number') return String(value)
  const metric = metricOf(field)
  const format = fieldFormat(field)
  if (format === 'count') return nonFiniteWord(value) ? MISSING : formatCount(value)
  if (metric) return metricNumber(metric.metric, value)
  if (format === 'moment') return formatMoment(value, now)
  if (format === 'duration') return formatDuration(value)
  if (format === 'rate') return formatRate(value)
  return nonFiniteWord(value) ?? (Number.isInteger(value) ? String(value) : formatSetting(value))
}
