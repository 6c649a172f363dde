import {
  formatCount,
  formatDuration,
  formatNumber,
  formatLoss,
  formatPercent,
  formatRate,
  MISSING,
  nonFiniteWord,
} from '../../../../core/domain/format'
import { shortMetricTitle } from '../../../../core/domain/metric-words'
import { METRIC } from '../../../../core/domain/metrics'
import { axisTexts } from '../../../charts/value-text'
import { formatSetting } from '../../../format/run-words'
import { fieldLabel } from '../../../run-table/columns'
import { type Aggregate, fieldFormat, type FieldFormat, metricOf } from '../../../run-table/field-text'

const AGGREGATES: Record<Aggregate, string> = {
  best: 'Best',
  last: 'Last',
  min: 'Least',
  max: 'Greatest',
  bestStep: 'Step of best',
  curve: 'Curve of',
}

/** A field as an axis names it: "Peak LR", "Best val acc"; a path that has no title of its own as it is. */
export function fieldTitle(field: string): string {
  const result = metricOf(field)
  return result ? `${AGGREGATES[result.aggregate]} ${shortMetricTitle(result.metric)}` : fieldLabel(field)
}

/** Is it a learning rate? Such axes are ember. */
export const isRate = (field: string): boolean => fieldFormat(field) === 'rate' || metricOf(field)?.metric === METRIC.lr

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const moment = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

const WRITE: Record<FieldFormat, (value: number) => string> = {
  rate: formatRate,
  percent: (value) => `${formatPercent(value)} %`,
  loss: formatLoss,
  momentum: (value) => value.toFixed(3),
  number: formatNumber,
  duration: formatDuration,
  moment: (value) => moment.format(value),
  count: formatCount,
  setting: formatSetting,
}

/** A value for people: words as they are, a missing one as a dash, one that is not finite as a word. */
export function valueText(value: number | string | null | undefined, format: FieldFormat): string {
  if (value === null || value === undefined || value === '') return MISSING
  if (typeof value === 'string') return value
  return nonFiniteWord(value) ?? WRITE[format](value)
}

/** Labels of ticks; those of a linear axis have the same number of decimals. */
export function tickTexts(ticks: readonly number[], format: FieldFormat, kind: 'linear' | 'log'): string[] {
  if (format === 'duration') return ticks.map(shortDuration)
  if (format === 'moment') return ticks.map((tick) => day.format(tick))
  if (format === 'rate') return ticks.map((tick) => String(Number(formatRate(tick))).replace('e+', 'e'))
  if (format === 'setting') return ticks.map(formatSetting)
  if (format === 'count') return ticks.map((tick) => (Number.isInteger(tick) ? formatCount(tick) : String(tick)))
  return axisTexts(ticks, format === 'percent' ? 'percent' : 'number', kind)
}

/** Times at ticks are round: 12 s, 6 min, 2 h. */
function shortDuration(ms: number): string {
  const part = (x: number) => String(Number(x.toPrecision(2)))
  if (ms < 1000) return `${part(ms)} ms`
  if (ms < 60_000) return `${part(ms / 1000)} s`
  return ms < 3_600_000 ? `${part(ms / 60_000)} min` : `${part(ms / 3_600_000)} h`
}

/** Values over this many times the lowest one are drawn on a log axis, unless somebody says otherwise. */
const DECADES = 50
const BY_FACTORS = /(^|\.)(weightDecay|batchSize|lr|maxLr|minLr|endLr|peakLr)$/

/** Should an axis be log by itself? Rates, decays and batch sizes go by factors; so does what spans decades. */
export function prefersLog(field: string, lowestPositive: number, high: number): boolean {
  const format = fieldFormat(field)
  if (format === 'percent' || format === 'moment' || high <= lowestPositive) return false
  return BY_FACTORS.test(field) || high > DECADES * lowestPositive
}
