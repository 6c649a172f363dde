import { METRIC } from '../../../core/domain/metrics'
import type { RunRow } from '../../../core/domain/run'
import { valueText } from './drawn'

/** What people look at first; others follow by name. */
const FIRST: readonly string[] = [
  METRIC.trainLoss,
  METRIC.validationAccuracy,
  METRIC.validationLoss,
  METRIC.trainAccuracy,
  METRIC.gradNorm,
  METRIC.updateRatio,
]
/** They stand in the ribbon anyway. */
const RIBBON: readonly string[] = [METRIC.lr, METRIC.momentum]
/** More would make a list that nobody reads. */
const MOST = 500

/** Metrics that any of the runs has recorded, those that people look at first in front. */
export function metricsOf(runs: readonly RunRow[]): string[] {
  const recorded = new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))
  const rest = [...recorded].filter((metric) => !FIRST.includes(metric) && !RIBBON.includes(metric)).sort()
  return [...FIRST.filter((metric) => recorded.has(metric)), ...rest].slice(0, MOST)
}

const FIELDS = [
  'group',
  'schedule',
  'optimizer',
  'batchSize',
  'peakLr',
  'optimizer.weightDecay',
  'optimizer.momentum',
  'model',
  'dataset',
  'status',
  'engine',
  'tags',
  'seed',
]

/** Fields in which the runs differ: those that colours, dashes and bands can go by. */
export const fieldsOf = (runs: readonly RunRow[]): string[] =>
  FIELDS.filter((field) => new Set(runs.map((run) => valueText(run, field))).size > 1)
