import type { FieldList } from '../../../../core/domain/table/describe-fields'
import { shortMetricTitle } from '../../../../core/domain/metric-words'
import { METRIC } from '../../../../core/domain/metrics'
import { type FieldChoice } from './field-choices'

const MOST = 500
const FIRST: readonly string[] = [
  METRIC.validationAccuracy,
  METRIC.validationLoss,
  METRIC.trainLoss,
  METRIC.trainAccuracy,
]

/** Metrics to choose from, those that people look at first in front. */
export function metricChoices({ metrics }: FieldList): FieldChoice[] {
  const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length)
  const sorted = [...metrics].sort((a, b) => rank(a.name) - rank(b.name) || b.runs - a.runs)
  return sorted.slice(0, MOST).map(({ name }) => ({ value: name, label: shortMetricTitle(name) }))
}
