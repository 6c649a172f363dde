import { higherIsBetter, METRIC } from '../../../core/domain/metrics'
import type { ChartPanel, ValueFormat } from '../../charts/types'

const TITLES: Record<string, string> = {
  [METRIC.trainLoss]: 'Train loss',
  [METRIC.trainAccuracy]: 'Train accuracy',
  [METRIC.validationLoss]: 'Validation loss',
  [METRIC.validationAccuracy]: 'Validation accuracy',
  [METRIC.gradNorm]: 'Gradient norm',
  [METRIC.updateRatio]: 'Update ratio',
  [METRIC.stepTime]: 'Step time',
  [METRIC.clipScale]: 'Clip scale',
  [METRIC.lr]: 'Learning rate',
  [METRIC.momentum]: 'Momentum',
}

/** A metric as a panel's title and a row of a table call it; a user's metric by its own name. */
export const metricTitle = (metric: string): string => TITLES[metric] ?? metric

const isShare = (metric: string): boolean => /(^|[/_.-])(acc(uracy)?|error)$/i.test(metric)
const isLoss = (metric: string): boolean => /(^|[/_.-])(loss|nll|perplexity|mse)$/i.test(metric)

export function formatOf(metric: string): ValueFormat {
  if (metric === METRIC.lr) return 'rate'
  if (metric === METRIC.momentum) return 'momentum'
  return isShare(metric) ? 'percent' : isLoss(metric) ? 'loss' : 'number'
}

/** What log y means for a metric: losses, norms and rates span decades; shares and momentum do not. */
export function scaleOf(metric: string, logY: boolean): ChartPanel['scale'] {
  if (metric === METRIC.lr) return 'log'
  if (metric === METRIC.momentum || isShare(metric) || higherIsBetter(metric)) return 'linear'
  return logY ? 'log' : 'linear'
}

/** The same quantity over the other part of the data, where there is one: loss and accuracy. */
export function twinOf(metric: string): string | null {
  if (metric.startsWith('train/')) return metric.replace('train/', 'validation/')
  return metric.startsWith('validation/') ? metric.replace('validation/', 'train/') : null
}
