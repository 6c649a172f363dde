import { type ComputedRef, type ShallowRef } from 'vue'
import { useKeys } from '../../composables/use-keys'
import { useCompareChoice } from '../../stores/compare-choice'
import type { ChosenRun } from './chosen-run'
import { BAND_CHOICES, type CompareState, SMOOTHINGS } from './compare-state'

interface Options {
  chosen: ComputedRef<readonly ChosenRun[]>
  state: ShallowRef<CompareState>
  change: (part: Partial<CompareState>) => void
  /** Keeps the brushed runs; false where nothing is brushed. */
  keep: () => boolean
  /** Takes the brush away; false where there is none. */
  clear: () => boolean
  exportRuns: () => void
}

const after = <T>(list: readonly T[], one: T): T => list[(list.indexOf(one) + 1) % list.length]!

/** Digits by their place on the keyboard: with Shift they print other characters, which differ by layout. */
const digitOf = ({ code }: KeyboardEvent): number | null => {
  const digit = /^(?:Digit|Numpad)([1-8])$/.exec(code)?.[1]
  return digit ? Number(digit) : null
}

/** Keys of the Compare page; those of the charts are theirs. */
export function useCompareKeys({ chosen, state, change, keep, clear, exportRuns }: Options): void {
  const choice = useCompareChoice()
  const pick = (event: KeyboardEvent): boolean => {
    const digit = digitOf(event)
    const run = digit && chosen.value[digit - 1]
    if (!run) return false
    if (event.shiftKey) choice.reference = run.id
    else choice.focus(choice.focused === run.id ? null : run.id)
    return true
  }
  const digits = Object.fromEntries(
    ['1', '2', '3', '4', '5', '6', '7', '8'].flatMap((key) => [
      [key, pick],
      [`Shift+${key}`, pick],
    ]),
  )
  // What Shift and a digit print on layouts in use; the key's place decides which digit it is.
  const shifted = Object.fromEntries([...'!@#$%^&*"§/(=£'].map((key) => [key, pick]))
  useKeys({
    ...shifted,
    ...digits,
    e: exportRuns,
    b: () => change({ band: after(BAND_CHOICES, state.value.band) }),
    o: () => change({ outliers: !state.value.outliers }),
    l: () => change({ logY: !state.value.logY }),
    s: () => change({ smoothing: after(SMOOTHINGS, state.value.smoothing) }),
    f: keep,
  })
  useKeys({ Escape: () => clear() || (choice.focused !== null && (choice.focus(null), true)) }, { last: true })
}
