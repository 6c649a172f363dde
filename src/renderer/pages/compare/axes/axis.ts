import { fieldOf } from '../../../../core/domain/filter/fields'
import { prefersLog } from './field-words'

/** Values of one field, run by run: numbers with NaN where a run has none, or texts with null. */
export type Values = Float64Array | readonly (string | null)[]

/**
 * Places beside the scale, for what the scale cannot show: zeros of a log axis, the rare words of an axis of words, runs
 * without a finite value, and runs that diverged (where the axis shows a result).
 */
export type Lane = 'zero' | 'others' | 'none' | 'diverged'

/** How one field of many runs is laid out along a line. */
export interface Axis {
  field: string
  kind: 'linear' | 'log' | 'words'
  /** Ends of the scale in plot units: values, or their log10 on a log axis. Not used for words. */
  from: number
  to: number
  /** Words from the top down; empty for numbers. */
  words: readonly string[]
  /** The values, ascending, where they are few: then they are the ticks. */
  few: readonly number[]
  /** Lanes that are needed, from the scale outward. */
  lanes: readonly Lane[]
  /** Whether the values allow a log scale: some above 0, none below. */
  mayBeLog: boolean
}

export type ScaleChoice = 'linear' | 'log'

/** More words than this share the lane `others`, the most frequent ones excepted. */
export const MOST_WORDS = 24
/** Up to so many different numbers are all written at the axis. */
const FEW = 7
/** Air at both ends of a scale, as a share of it. */
const AIR = 0.04

/** Does the field show a result? Then runs that diverged are told apart from those that have one. */
export const isResult = (field: string): boolean => fieldOf(field, 0).metric !== undefined

/**
 * Lays a field out.
 *
 * @param diverged 1 for each run that diverged
 * @param wanted the scale that somebody chose; without it rates and decays are log, and what spans decades
 */
export function axisOf(field: string, values: Values, diverged: Uint8Array, wanted?: ScaleChoice): Axis {
  const skipped = isResult(field) && diverged.includes(1)
  const lanes = (needed: Partial<Record<Lane, boolean>>): Lane[] =>
    (['zero', 'others', 'none', 'diverged'] as const).filter((lane) =>
      lane === 'diverged' ? skipped : Boolean(needed[lane]),
    )
  const taken = (i: number) => !(skipped && diverged[i] === 1)
  const empty = { field, from: 0, to: 1, words: [], few: [], mayBeLog: false }
  if (!(values instanceof Float64Array)) {
    const { words, others, none } = wordsOf(values, taken)
    return { ...empty, kind: 'words', words, lanes: lanes({ others, none }) }
  }
  const { low, high, lowestPositive, few, zeros, none } = extentOf(values, taken)
  const mayBeLog = lowestPositive < Infinity && low >= 0
  const kind =
    mayBeLog && (wanted ?? (prefersLog(field, lowestPositive, high) ? 'log' : 'linear')) === 'log' ? 'log' : 'linear'
  const ends = kind === 'log' ? [Math.log10(lowestPositive), Math.log10(high)] : [low, high]
  const [from, to] = low > high ? [0, 1] : withAir(ends[0]!, ends[1]!, kind)
  return {
    ...empty,
    kind,
    from,
    to,
    few: kind === 'log' ? few.filter((value) => value > 0) : few,
    lanes: lanes({ zero: kind === 'log' && zeros, none }),
    mayBeLog,
  }
}

function wordsOf(values: readonly (string | null)[], taken: (i: number) => boolean) {
  const counts = new Map<string, number>()
  let none = false
  values.forEach((word, i) => {
    if (!taken(i)) return
    if (word === null || word === '') none = true
    else counts.set(word, (counts.get(word) ?? 0) + 1)
  })
  const others = counts.size > MOST_WORDS
  const byCount = [...counts].sort(([, a], [, b]) => b - a).map(([word]) => word)
  const words = byCount.slice(0, others ? MOST_WORDS - 1 : MOST_WORDS)
  return { words: words.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })), others, none }
}

function extentOf(values: Float64Array, taken: (i: number) => boolean) {
  let [low, high, lowestPositive] = [Infinity, -Infinity, Infinity]
  let [zeros, none] = [false, false]
  const distinct = new Set<number>()
  values.forEach((value, i) => {
    if (!taken(i)) return
    if (!Number.isFinite(value)) none = true
    else {
      if (value < low) low = value
      if (value > high) high = value
      if (value > 0 && value < lowestPositive) lowestPositive = value
      if (value === 0) zeros = true
      if (distinct.size <= FEW) distinct.add(value)
    }
  })
  const few = distinct.size <= FEW ? [...distinct].sort((a, b) => a - b) : []
  return { low, high, lowestPositive, few, zeros, none }
}

function withAir(from: number, to: number, kind: 'linear' | 'log'): [number, number] {
  if (from === to) {
    const around = kind === 'log' ? 0.5 : from === 0 ? 1 : Math.abs(from) * 0.1
    return [from - around, to + around]
  }
  const air = AIR * (to - from)
  return [finite(from - air), finite(to + air)]
}

/** Place of a number on the scale: 0 at its low end, 1 at its high one. Halves, as the whole length may be infinite. */
export const shareOf = (axis: Axis, value: number): number => {
  const unit = axis.kind === 'log' ? Math.log10(value) : value
  return (unit / 2 - axis.from / 2) / (axis.to / 2 - axis.from / 2)
}

/** The number at a place of the scale; air around the largest of numbers is no infinity. */
export function valueAt(axis: Axis, share: number): number {
  const unit = (1 - share) * axis.from + share * axis.to
  return finite(axis.kind === 'log' ? 10 ** unit : unit)
}

/** The nearest number that is not infinite. */
export const finite = (value: number): number => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, value))

/** Place of a word by its number from the top; a single one stands in the middle. */
export const wordShare = (axis: Axis, index: number): number =>
  axis.words.length < 2 ? 0.5 : 1 - (index + 0.5) / axis.words.length

/** How a place in a lane is written among places on the scale: −1 for the first lane, −2 for the second. */
export const lanePlace = (axis: Axis, lane: Lane): number => -1 - axis.lanes.indexOf(lane)
export const laneAt = (axis: Axis, place: number): Lane | null => (place < 0 ? (axis.lanes[-1 - place] ?? null) : null)

/** Where each run is on an axis: 0 to 1 on the scale, below 0 in a lane. */
export function placesOf(axis: Axis, values: Values, diverged: Uint8Array): Float32Array {
  const apart = axis.lanes.includes('diverged')
  const places = new Float32Array(values.length)
  const place = placer(axis)
  const laid = lanePlace(axis, 'diverged')
  for (let i = 0; i < places.length; i++) places[i] = apart && diverged[i] ? laid : place(values[i]!)
  return places
}

/** Where a value of an axis is, for a run that did not diverge. */
export function placer(axis: Axis): (value: number | string | null) => number {
  const none = lanePlace(axis, 'none')
  if (axis.kind !== 'words') {
    const zero = lanePlace(axis, 'zero')
    return (value) => {
      if (typeof value !== 'number' || !Number.isFinite(value)) return none
      return axis.kind === 'log' && value === 0 ? zero : shareOf(axis, value)
    }
  }
  const byWord = new Map(axis.words.map((word, i) => [word, wordShare(axis, i)]))
  const others = lanePlace(axis, 'others')
  return (value) => (typeof value !== 'string' || value === '' ? none : (byWord.get(value) ?? others))
}
