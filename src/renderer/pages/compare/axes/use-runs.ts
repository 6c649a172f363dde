import { computed } from 'vue'
import type { CoreEvent } from '../../../../core/api/contract'
import { useQuery } from '../../../composables/use-query'
import type { ChosenRun } from '../chosen-run'
import { joinColumns } from './columns'

/** A run that changed or went may be another value. */
const isStale = ({ type }: CoreEvent): boolean => type === 'runs.changed' || type === 'runs.removed'

/**
 * Fields of the runs that stand behind, and of the chosen ones whether the filter lets them through or not.
 * `data` is null until both are there; `context` tells how many runs match the filter, they come first.
 */
export function useRunColumns(
  props: { readonly chosen: readonly ChosenRun[]; readonly filter: string },
  fields: () => readonly string[],
) {
  const named = computed(() => [...new Set(fields())])
  const behind = useQuery('runs.columns', () => ({ filter: props.filter, fields: named.value }), { on: isStale })
  const chosen = useQuery(
    'runs.columns',
    () => ({ runs: props.chosen.flatMap(({ replicates }) => replicates.map(({ id }) => id)), fields: named.value }),
    { on: isStale },
  )
  const data = computed(() => {
    if (!behind.data.value || !chosen.data.value) return null
    return { runs: joinColumns(behind.data.value, chosen.data.value), context: behind.data.value.ids.length }
  })
  return {
    data,
    error: computed(() => behind.error.value ?? chosen.error.value),
    slow: computed(() => behind.slow.value || chosen.slow.value),
    refetch() {
      behind.refetch()
      chosen.refetch()
    },
  }
}

/** Fields and metrics that runs have, for choosing among them. */
export const useFields = () => useQuery('runs.fields', {}, { on: ({ type }) => type === 'runs.removed' })
