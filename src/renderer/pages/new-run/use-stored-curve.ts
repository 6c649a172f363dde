import { computed, type ComputedRef } from 'vue'
import { METRIC } from '../../../core/domain/metrics'
import type { RunRow } from '../../../core/domain/run'
import { createSchedule } from '../../../core/domain/schedules/registry'
import type { RunSpec } from '../../../core/domain/spec/run-spec'
import { useQuery } from '../../composables/use-query'
import type { Heard } from './preview'

/** More points of a metric than this are no evaluations: those of a long run's every update. */
const MOST = 200_000

/** The newest run on the same data that recorded a metric, one with the same model before others. */
export function curveSource(rows: readonly RunRow[], spec: RunSpec, metric: string): RunRow | null {
  const model = JSON.stringify(spec.model)
  const fits = rows.filter(
    (row) =>
      !row.spec.rangeTest &&
      row.spec.dataset.kind === spec.dataset.kind &&
      (row.metrics[metric]?.count ?? 0) > 1 &&
      row.metrics[metric]!.count <= MOST,
  )
  const newest = [...fits].sort((a, b) => b.createdAt - a.createdAt)
  return newest.find((row) => JSON.stringify(row.spec.model) === model) ?? newest[0] ?? null
}

/** A recorded curve for a schedule that depends on a metric; null where it depends on none, or none is recorded. */
export function useStoredCurve(
  rows: () => readonly RunRow[],
  spec: () => RunSpec,
): ComputedRef<{ name: string; heard: Heard } | null> {
  const metric = computed(() => createSchedule(spec().schedule, 1).feedback?.metrics[0] ?? null)
  const source = computed(() => (metric.value === null ? null : curveSource(rows(), spec(), metric.value)))
  const { data } = useQuery('metrics.series', () =>
    source.value ? { run: source.value.id, metric: metric.value ?? METRIC.validationLoss } : null,
  )
  return computed(() => {
    const series = data.value
    if (!source.value || !series || series.run !== source.value.id || series.metric !== metric.value) return null
    return { name: source.value.name, heard: series }
  })
}
