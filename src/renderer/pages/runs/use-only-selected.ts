import { onScopeDispose, type Ref, ref, watch } from 'vue'
import { useRunSelection } from '../../stores/run-selection'
import { MAX_VISIBLE, useVisibleRuns } from '../../stores/visible-runs'

/** While on, the charts draw what is selected, and nothing else; after it, what they drew before. */
export function useOnlySelected(): Ref<boolean> {
  const selection = useRunSelection()
  const visible = useVisibleRuns()
  const on = ref(false)
  let before: readonly string[] = []

  watch(on, (now) => {
    if (now) before = [...visible.places.keys()]
    else visible.set(before)
  })
  watch(
    () => [on.value, selection.targets()] as const,
    ([now, ids]) => now && visible.set(ids.slice(0, MAX_VISIBLE)),
  )
  onScopeDispose(() => on.value && visible.set(before))
  return on
}
