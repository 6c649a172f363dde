import { computed, shallowRef, watch } from 'vue'
import type { RunRow } from '../../../core/domain/run'
import { replicateKey } from '../../../core/domain/table/replicates'
import { useCompareChoice } from '../../stores/compare-choice'
import { useRunRows } from '../../stores/run-rows'
import { useVisibleRuns } from '../../stores/visible-runs'
import { assignPlaces, chosenFrom, foldRuns } from './chosen-run'

/**
 * The chosen runs with letters and colours, replicates folded where that is wanted; and the ids of those that are not in
 * this workspace.
 */
export function useChosenRuns(fold: () => boolean) {
  const choice = useCompareChoice()
  const rows = useRunRows()
  const visible = useVisibleRuns()
  const asked = shallowRef<ReadonlySet<string>>(new Set())
  let places: ReadonlyMap<string, number> = new Map()

  watch(
    () => choice.ids,
    async (ids) => {
      await rows.need(ids)
      asked.value = new Set(ids)
    },
    { immediate: true },
  )

  const found = computed(() => choice.ids.flatMap((id) => rows.get(id) ?? []))
  const missing = computed(() => choice.ids.filter((id) => asked.value.has(id) && !rows.get(id)))
  const loading = computed(() => choice.ids.some((id) => !asked.value.has(id) && !rows.get(id)))

  const chosen = computed(() => {
    const groups = foldRuns(found.value, fold() ? ({ spec }) => replicateKey(spec) : ({ id }) => id)
    const heads = groups.map((group) => group[0]!)
    places = assignPlaces(
      places,
      heads.map(({ id, colour }) => ({ id, wanted: colour ?? visible.placeOf(id) })),
    )
    return chosenFrom(groups, (head: RunRow) => ({ run: places.get(head.id)! }))
  })
  return { chosen, missing, loading }
}
