import { formatLoss, formatNumber, formatPercent, formatRate, nonFiniteWord } from './format'
import { higherIsBetter, METRIC } from './metrics'
import { formatSystem } from './system-metrics'

/** What a metric is called: in titles, and where there is little room. */
const NAMES: Record<string, { title: string; short: string }> = {
  [METRIC.trainLoss]: { title: 'Train loss', short: 'train loss' },
  [METRIC.trainAccuracy]: { title: 'Train accuracy', short: 'train acc' },
  [METRIC.validationLoss]: { title: 'Validation loss', short: 'val loss' },
  [METRIC.validationAccuracy]: { title: 'Validation accuracy', short: 'val acc' },
  [METRIC.gradNorm]: { title: 'Gradient norm', short: 'gradient norm' },
  [METRIC.updateRatio]: { title: 'Update ratio', short: 'update ratio' },
  [METRIC.stepTime]: { title: 'Step time', short: 'step time' },
  [METRIC.clipScale]: { title: 'Clip scale', short: 'clip scale' },
  [METRIC.lr]: { title: 'Learning rate', short: 'lr' },
  [METRIC.momentum]: { title: 'Momentum', short: 'momentum' },
}

const nameOf = (metric: string) => (Object.hasOwn(NAMES, metric) ? NAMES[metric] : undefined)

/** A metric as a panel's title and a row of a table call it: "Validation accuracy"; a user's metric by its own name. */
export const metricTitle = (metric: string): string => nameOf(metric)?.title ?? metric

/** The same where there is little room: "val acc". */
export const shortMetricTitle = (metric: string): string => nameOf(metric)?.short ?? metric

/** The title within a sentence: "validation accuracy"; a user's metric as it is. */
export const metricPhrase = (metric: string): string => nameOf(metric)?.title.toLowerCase() ?? metric

/** How values of a metric are written. */
export type MetricFormat = 'loss' | 'rate' | 'percent' | 'momentum' | 'number'

/** Is it a share of the samples, written in per cent? */
export const isShare = (metric: string): boolean => /(^|[/_.-])(acc(uracy)?|error)$/i.test(metric)
const isLoss = (metric: string): boolean => /(^|[/_.-])(loss|nll|perplexity|mse)$/i.test(metric)

/** How values of a metric are written, by its name: accuracies in per cent, rates with 3 digits, losses with 4 decimals. */
export function metricFormat(metric: string): MetricFormat {
  if (metric === METRIC.lr) return 'rate'
  if (metric === METRIC.momentum) return 'momentum'
  return isShare(metric) ? 'percent' : isLoss(metric) ? 'loss' : 'number'
}

/** Does it span decades? Losses and norms do; shares, momentum and what is better the larger it is do not. */
export const spansDecades = (metric: string): boolean =>
  metric !== METRIC.momentum && !isShare(metric) && !higherIsBetter(metric)

const WRITE: Record<MetricFormat, (value: number) => string> = {
  loss: formatLoss,
  rate: formatRate,
  percent: formatPercent,
  momentum: (value) => value.toFixed(3),
  number: formatNumber,
}

/** Somebody's accuracy may count to 100 already: then it is a number like any other. */
const fits = (format: MetricFormat, value: number): boolean => format !== 'percent' || Math.abs(value) <= 1

/** A value where its head or its neighbours say the unit: 98.12, 0.0448, NaN; what the machine did has its unit always. */
export function metricNumber(metric: string, value: number): string {
  const format = metricFormat(metric)
  return formatSystem(metric, value) ?? nonFiniteWord(value) ?? WRITE[fits(format, value) ? format : 'number'](value)
}

/** A value with its unit: 98.12 %. */
export function metricText(metric: string, value: number): string {
  const isPercent = metricFormat(metric) === 'percent' && Number.isFinite(value) && fits('percent', value)
  return isPercent ? `${formatPercent(value)} %` : metricNumber(metric, value)
}
