import { computed, type ComputedRef, type Ref, ref } from 'vue'
import { type Completion, completeFilter } from '../../../core/domain/filter/complete'
import { useQuery } from '../../composables/use-query'

export interface FilterCompletion {
  /** What may stand at the caret; none while the list is closed. */
  options: ComputedRef<readonly Completion[]>
  /** First character of the word that an option takes the place of. */
  from: ComputedRef<number>
  /** What is written of that word. */
  part: ComputedRef<string>
  /** The option that Tab takes. */
  active: Ref<number>
  /** The arrows chose it: then Enter takes it too. */
  isChosen: Ref<boolean>
  /** Text or caret moved: completes there. */
  at(caret: number): void
  close(): void
  move(by: number): void
  /** The text with an option put in, and the caret behind it; null where there is none. */
  taken(index?: number): { text: string; caret: number } | null
}

const NOTHING = { from: 0, to: 0, options: [] as Completion[] }
const KNOWN_NOTHING = { fields: [], metrics: [] }

/** Completion of the filter in a field. @param inUse whether the field has focus: fields are asked for only then */
export function useCompletion(text: Ref<string>, inUse: Ref<boolean>): FilterCompletion {
  const known = useQuery('runs.fields', () => (inUse.value ? {} : null))
  const caret = ref<number | null>(null)
  const active = ref(0)
  const isChosen = ref(false)

  const found = computed(() => {
    if (caret.value === null || !inUse.value) return NOTHING
    const completions = completeFilter(text.value, caret.value, known.data.value ?? KNOWN_NOTHING)
    const written = text.value.slice(completions.from, completions.to)
    // A word that is whole needs no completing.
    const isWhole = completions.options.length === 1 && completions.options[0]!.text === written
    return isWhole ? NOTHING : completions
  })
  const options = computed(() => found.value.options)

  function at(place: number): void {
    caret.value = place
    active.value = 0
    isChosen.value = false
  }

  return {
    options,
    from: computed(() => found.value.from),
    part: computed(() => text.value.slice(found.value.from, caret.value ?? 0)),
    active,
    isChosen,
    at,
    close: () => void (caret.value = null),
    move(by) {
      const count = options.value.length
      if (!count) return
      active.value = (active.value + by + count) % count
      isChosen.value = true
    },
    taken(index = active.value) {
      const option = options.value[index]
      if (!option) return null
      const { from, to } = found.value
      const rest = text.value.slice(to).replace(/^ /, '')
      const before = `${text.value.slice(0, from)}${option.text}${option.text === '(' ? '' : ' '}`
      return { text: before + rest, caret: before.length }
    },
  }
}
