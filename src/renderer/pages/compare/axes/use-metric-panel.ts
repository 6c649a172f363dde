import { computed } from 'vue'
import { metricFormat } from '../../../../core/domain/metric-words'
import { usualMetric } from './field-choices'
import { metricChoices } from './metric-choices'
import { isRecord } from './read-state'
import { useFields } from './use-runs'

/**
 * What panels about one metric share: their own state as a record, the metric that it names (until it names one, the one
 * that panels show by themselves; '' while nothing is known of the workspace), how its values are written, and the metrics
 * to choose from.
 */
export function useMetricPanel(props: { readonly state: unknown }) {
  const fields = useFields()
  const state = computed(() => (isRecord(props.state) ? props.state : {}))
  const metric = computed(() => {
    const { metric: chosen } = state.value
    if (typeof chosen === 'string' && chosen) return chosen
    return fields.data.value ? usualMetric(fields.data.value) : ''
  })
  const format = computed(() => metricFormat(metric.value))
  const choices = computed(() => (fields.data.value ? metricChoices(fields.data.value) : []))
  return { fields, state, metric, format, choices }
}
