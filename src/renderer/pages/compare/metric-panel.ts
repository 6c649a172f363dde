import { spansDecades } from '../../../core/domain/metric-words'
import { METRIC } from '../../../core/domain/metrics'
import type { ChartPanel } from '../../charts/types'

/** What log y means for a metric: losses, norms and rates span decades; shares and momentum do not. */
export function scaleOf(metric: string, logY: boolean): ChartPanel['scale'] {
  if (metric === METRIC.lr) return 'log'
  return logY && spansDecades(metric) ? 'log' : 'linear'
}

/** The same quantity over the other part of the data, where there is one: loss and accuracy. */
export function twinOf(metric: string): string | null {
  if (metric.startsWith('train/')) return metric.replace('train/', 'validation/')
  return metric.startsWith('validation/') ? metric.replace('validation/', 'train/') : null
}
