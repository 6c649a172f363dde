import { onScopeDispose, shallowRef, watch } from 'vue'
import { type LocationQuery, useRoute, useRouter } from 'vue-router'
import { useCompareChoice } from '../../stores/compare-choice'
import { type CompareState, readState, stateFrom, stateText } from './compare-state'

/** Changes that follow one another faster than this are one entry of the history, in ms. */
const SETTLED_MS = 400

/** Runs that an address names, in order. */
export function runsIn(query: LocationQuery): string[] {
  const text = query.runs
  return typeof text === 'string' ? text.split(',').filter(Boolean) : []
}

/** What was looked at last, for coming back without an address. */
let last: CompareState | null = null

/**
 * State of the page and its runs, kept in the address: a link reopens the same comparison, and going back undoes. An
 * address without runs takes those that were chosen before.
 */
export function useCompareState() {
  const route = useRoute()
  const router = useRouter()
  const choice = useCompareChoice()
  const state = shallowRef<CompareState>(last ?? readState({}))
  let timer: ReturnType<typeof setTimeout> | undefined

  const queryNow = (): Record<string, string> => {
    const view = stateText({ ...state.value, reference: referenceOf() })
    return { ...(choice.ids.length && { runs: choice.ids.join(',') }), ...(view && { view }) }
  }
  /** Named only where it is not simply the first one. */
  const referenceOf = () => (choice.reference !== (choice.ids[0] ?? null) ? choice.reference : null)
  const isHere = (query: LocationQuery): boolean => {
    const now = queryNow()
    return (query.runs ?? undefined) === now.runs && (query.view ?? undefined) === now.view
  }

  function take(query: LocationQuery): void {
    const runs = runsIn(query)
    if (!runs.length && query.view === undefined) return
    state.value = stateFrom(query.view)
    choice.set(runs)
    choice.reference = state.value.reference
  }
  function write(replace: boolean): void {
    if (route.name !== 'compare' || isHere(route.query)) return
    void router[replace ? 'replace' : 'push']({ name: 'compare', query: queryNow() })
  }

  take(route.query)
  if (choice.among !== null) state.value = { ...state.value, filter: choice.among }
  choice.among = null
  write(true)
  watch(
    () => route.query,
    (query) => {
      if (route.name !== 'compare' || isHere(query)) return
      clearTimeout(timer)
      // The rail leads here without an address: what was there stays.
      if (!Object.keys(query).length) write(true)
      else take(query)
    },
  )
  watch([state, () => choice.ids, () => choice.reference], () => {
    last = state.value
    clearTimeout(timer)
    timer = setTimeout(() => write(false), SETTLED_MS)
  })
  onScopeDispose(() => clearTimeout(timer))

  const change = (part: Partial<CompareState>): void => void (state.value = { ...state.value, ...part })
  return { state, change }
}
