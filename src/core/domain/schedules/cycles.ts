import { formatRate } from '../format'
import type { ScheduleWarning } from './family'
import { passed } from './passed'

export interface Cycle {
  /** 0 for the first one. */
  index: number
  /** Update at which it begins; may be fractional. */
  from: number
  length: number
}

/** Sums of lengths such as 10 · 1.1 come out a rounding error beside a whole number, and would miss a restart there. */
function snapped(x: number): number {
  const whole = Math.round(x)
  return Math.abs(x - whole) < 1e-6 ? whole : x
}

/**
 * Cycles of lengths first · mult^i laid end to end, found by summing: logarithms miss whole numbers, as log(243, 3) does.
 *
 * @param mult at least 1
 * @returns the cycle that update t ≥ 0 lies in; one that begins at t counts
 */
export function cycles(first: number, mult: number): (t: number) => Cycle {
  if (mult === 1)
    return (t) => {
      const index = Math.floor(t / first)
      return { index, from: index * first, length: first }
    }
  // Grown as far as somebody asks; what it answers does not depend on the order of the questions.
  const starts = [0]
  const lengths = [first]
  const nextStart = () => snapped(starts.at(-1)! + lengths.at(-1)!)
  return (t) => {
    for (let next = nextStart(); next <= t; next = nextStart()) {
      starts.push(next)
      lengths.push(lengths.at(-1)! * mult)
    }
    const index = passed(starts.length, (i) => starts[i]!, t) - 1
    return { index, from: starts[index]!, length: lengths[index]! }
  }
}

/** Where the cycles begin, with a name for each; without an end. */
export function* cycleStarts(cycleAt: (t: number) => Cycle): Generator<{ at: number; label: string }> {
  for (let at = 0; ;) {
    const { index, length } = cycleAt(Math.ceil(at))
    yield { at, label: `cycle ${index + 1}` }
    at = snapped(at + length)
  }
}

/** How many cycles a run of `steps` updates has and how long they are, for a sentence. */
export function cyclesInWords(first: number, mult: number, steps: number): string {
  const { index } = cycles(first, mult)(steps - 1)
  const grow = mult === 1 ? '' : `, each ${mult} times as long`
  return `${index + 1} cycle${index ? 's' : ''}, the first of ${first} updates${grow}`
}

/** Warns of a run that ends inside a cycle, at a rate on the way down. */
export function cutShort(
  cycleAt: (t: number) => Cycle,
  steps: number,
  field: string,
  lr: (t: number) => number,
): ScheduleWarning[] {
  const { index, from, length } = cycleAt(steps - 1)
  const done = steps - from
  // A cycle ends one update short of its end by nature, and who divides a run into cycles rounds: that loses nobody much.
  if (length - done <= Math.max(3, 0.05 * length)) return []
  const last = `${Math.round(done)} of its ${Math.round(length)} updates`
  return [
    {
      field,
      message: `The run ends inside cycle ${index + 1}, after ${last}, at a rate of ${formatRate(lr(steps - 1))}`,
    },
  ]
}
