import { computed } from 'vue'
import type { RunTarget } from '../../../../core/api/contract'
import { higherIsBetter } from '../../../../core/domain/metrics'
import { useQuery } from '../../../composables/use-query'
import type { ChosenRun } from '../chosen-run'

/** One question names at most so many runs. */
const MOST = 1000

/** When each of the chosen runs reached a value of a metric; runs that are not asked about are not in it. */
export function useTargets(
  chosen: () => readonly ChosenRun[],
  goal: () => { metric: string; value: number | null } | null,
) {
  const query = useQuery(
    'runs.target',
    () => {
      const { metric = '', value = null } = goal() ?? {}
      const runs = chosen()
        .flatMap(({ replicates }) => replicates.map(({ id }) => id))
        .slice(0, MOST)
      return metric && value !== null && runs.length ? { runs, metric, value, atLeast: higherIsBetter(metric) } : null
    },
    { on: ({ type }) => type === 'runs.changed' },
  )
  const targets = computed(
    () => query.data.value && new Map<string, RunTarget>(query.data.value.targets.map((one) => [one.run, one])),
  )
  return { ...query, targets }
}

export type Targets = ReadonlyMap<string, RunTarget>
