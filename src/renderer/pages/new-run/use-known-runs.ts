import { computed, type ComputedRef } from 'vue'
import type { RunRow } from '../../../core/domain/run'
import { useQuery } from '../../composables/use-query'

/** The newest runs of the workspace, for copying, for comparing schedules and for how long a run takes. */
export function useKnownRuns(): ComputedRef<RunRow[]> {
  const { data } = useQuery(
    'runs.list',
    { limit: 200 },
    { on: ({ type }) => type === 'runs.changed' || type === 'runs.removed' },
  )
  return computed(() => data.value?.rows ?? [])
}
