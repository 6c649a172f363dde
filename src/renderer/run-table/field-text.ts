import {
  formatCount,
  formatDuration,
  formatLoss,
  formatPercent,
  formatRate,
  MISSING,
  nonFiniteWord,
} from '../../core/domain/format'
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

const TIMES = new Set(['createdAt', 'startedAt', 'endedAt'])
const COUNTS = new Set(['steps', 'totalSteps', 'divergedAt', 'parameters'])
/** Paths of learning rates: their last word is one of these. */
const RATE = /(^|\.)(lr|peakLr|minLr|maxLr|endLr)$/

const four = (x: number): string => {
  const size = Math.abs(x)
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return x.toExponential(2).replace('e+', 'e')
  return String(Number(x.toPrecision(4)))
}

/** A value of a metric in its unit: accuracies in per cent, losses with 4 decimals, rates with 3 digits. */
export function metricText(metric: string, value: number): string {
  if (/acc(uracy)?$/i.test(metric)) return formatPercent(value)
  if (/loss$/i.test(metric)) return formatLoss(value)
  if (metric === 'lr') return formatRate(value)
  return nonFiniteWord(value) ?? four(value)
}

/** A field's value as a cell shows it. @param now ms since the epoch, for times */
export function fieldText(field: string, value: unknown, now: number): string {
  if (value === null || value === undefined || value === '') return MISSING
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length ? value.map((one) => fieldText(field, one, now)).join(', ') : MISSING
  if (typeof value !== 'number') return String(value)
  const metric = metricOf(field)
  if (metric?.aggregate === 'bestStep' || COUNTS.has(field)) return nonFiniteWord(value) ? MISSING : formatCount(value)
  if (metric) return metricText(metric.metric, value)
  if (TIMES.has(field)) return formatMoment(value, now)
  if (field === 'duration') return formatDuration(value)
  if (RATE.test(field)) return formatRate(value)
  return nonFiniteWord(value) ?? (Number.isInteger(value) ? String(value) : formatSetting(value))
}
