import {
  formatCount,
  formatDuration,
  formatLoss,
  formatPercent,
  formatRate,
  MISSING,
  nonFiniteWord,
} from '../../../../core/domain/format'
import { fieldOf } from '../../../../core/domain/filter/fields'
import { higherIsBetter, METRIC } from '../../../../core/domain/metrics'
import { axisTexts } from '../../../charts/value-text'
import { formatSetting } from '../../../format/run-words'

const TITLES: Record<string, string> = {
  'schedule.kind': 'Schedule',
  peakLr: 'Peak LR',
  batchSize: 'Batch',
  'optimizer.kind': 'Optimizer',
  'optimizer.weightDecay': 'Weight decay',
  'optimizer.momentum': 'Momentum',
  'model.preset': 'Model',
  'dataset.kind': 'Dataset',
  duration: 'Wall time',
  divergedAt: 'Diverged at',
  totalSteps: 'Planned steps',
  steps: 'Steps',
  createdAt: 'Created',
  startedAt: 'Started',
  endedAt: 'Ended',
  parameters: 'Weights',
  name: 'Name',
  group: 'Group',
  status: 'Status',
  engine: 'Engine',
  seed: 'Seed',
}
const METRICS: Record<string, string> = {
  [METRIC.validationAccuracy]: 'val acc',
  [METRIC.validationLoss]: 'val loss',
  [METRIC.trainLoss]: 'train loss',
  [METRIC.trainAccuracy]: 'train acc',
  [METRIC.gradNorm]: 'gradient norm',
  [METRIC.updateRatio]: 'update ratio',
}
const AGGREGATES: Record<string, string> = {
  best: 'Best',
  last: 'Last',
  min: 'Least',
  max: 'Greatest',
  bestStep: 'Step of best',
}

/** The metric of a field that shows a result, and what of it: validation/accuracy and best. */
function resultOf(field: string): { metric: string; aggregate: string } | null {
  const { metric } = fieldOf(field, 0)
  return metric === undefined ? null : { metric, aggregate: field.slice(metric.length + 1) }
}

/** A metric as a title names it: "val acc", or its own name. */
export const metricTitle = (metric: string): string => METRICS[metric] ?? metric

/** A field as an axis names it: "Peak LR", "Best val acc"; a path that has no title of its own as it is. */
export function fieldTitle(field: string): string {
  const result = resultOf(field)
  if (!result) return TITLES[field] ?? field
  return `${AGGREGATES[result.aggregate]} ${metricTitle(result.metric)}`
}

export type FieldFormat = 'rate' | 'percent' | 'loss' | 'duration' | 'moment' | 'count' | 'setting'

const COUNTS = new Set(['steps', 'totalSteps', 'divergedAt', 'parameters', 'batchSize', 'seed'])
const MOMENTS = new Set(['createdAt', 'startedAt', 'endedAt'])
const RATE = /(^|\.)(peakLr|lr|maxLr|minLr|endLr)$/

/** Is it a learning rate? Such axes are ember. */
export const isRate = (field: string): boolean => RATE.test(field) || resultOf(field)?.metric === METRIC.lr

/** How values of a field are written. */
export function fieldFormat(field: string): FieldFormat {
  const result = resultOf(field)
  if (result) {
    if (result.aggregate === 'bestStep') return 'count'
    if (result.metric === METRIC.lr) return 'rate'
    return metricFormat(result.metric)
  }
  if (isRate(field)) return 'rate'
  if (field === 'duration') return 'duration'
  if (MOMENTS.has(field)) return 'moment'
  return COUNTS.has(field) ? 'count' : 'setting'
}

/** How values of a metric are written: accuracies in per cent, losses with four decimals. */
export function metricFormat(metric: string): FieldFormat {
  if (higherIsBetter(metric) && /acc(uracy)?$/i.test(metric)) return 'percent'
  return metric === METRIC.lr ? 'rate' : 'loss'
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const moment = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

const WRITE: Record<FieldFormat, (value: number) => string> = {
  rate: formatRate,
  percent: (value) => `${formatPercent(value)} %`,
  loss: formatLoss,
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
