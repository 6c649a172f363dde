import type { FieldList } from '../../../../core/domain/table/describe-fields'
import { METRIC } from '../../../../core/domain/metrics'
import { fieldTitle } from './field-words'

export interface FieldChoice {
  value: string
  label: string
}

/** Results of more metrics than this are not listed; a field can still be named by hand. */
const MOST_METRICS = 200

/** Fields that can be an axis: lists, as tags are, have no single place on one. */
export function fieldChoices({ fields, metrics }: FieldList): { settings: FieldChoice[]; results: FieldChoice[] } {
  const choice = (value: string): FieldChoice => ({ value, label: fieldTitle(value) })
  const listed = [...metrics].sort((a, b) => b.runs - a.runs).slice(0, MOST_METRICS)
  return {
    settings: fields
      .filter(({ name, kind }) => kind !== 'list' && !UNHELPFUL.has(name))
      .map(({ name }) => choice(name)),
    results: listed.flatMap(({ name }) => ['best', 'last'].map((aggregate) => choice(`${name}.${aggregate}`))),
  }
}

/** Different in every run, or about its looks. */
const UNHELPFUL = new Set(['id', 'notes', 'reason', 'hidden', 'pinned', 'colour', 'schemaVersion'])

const USUAL = ['schedule.kind', 'peakLr', 'batchSize', 'optimizer.weightDecay', 'duration']
const RESULTS: readonly string[] = [METRIC.validationAccuracy, METRIC.validationLoss, METRIC.trainLoss]

/** The result that panels show by themselves: the best validation accuracy, or the next best thing that was recorded. */
export function usualMetric({ metrics }: FieldList): string {
  const names = new Set(metrics.map(({ name }) => name))
  return RESULTS.find((name) => names.has(name)) ?? metrics[0]?.name ?? METRIC.trainLoss
}
export const usualResult = (list: FieldList): string => `${usualMetric(list)}.best`

/** The axes of a fresh page: usual settings that runs have, the result last. */
export function usualAxes(list: FieldList): string[] {
  const names = new Set(list.fields.map(({ name }) => name))
  return [...USUAL.filter((name) => names.has(name)), usualResult(list)]
}
