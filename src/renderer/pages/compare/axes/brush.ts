import { filterWord } from './filter-word'
import {
  type Axis,
  finite,
  type Lane,
  laneAt,
  lanePlace,
  type ScaleChoice,
  shareOf,
  type Values,
  valueAt,
  wordShare,
} from './axis'

/** What is marked on an axis: a range of numbers or some words, and lanes beside the scale. */
export interface Brush {
  /** Both ends belong to it; absent where no part of the scale is marked. */
  range?: { low: number; high: number }
  words?: readonly string[]
  lanes?: readonly Lane[]
}

export type Brushes = Readonly<Record<string, Brush>>
export type Scales = Readonly<Record<string, ScaleChoice>>

/** Ends of a brush as places along an axis, the lower one first; lanes count −1, −2 and so on. */
export interface Span {
  from: number
  to: number
}

/**
 * The brush between two places. Ends on the scale become numbers that are no longer than a pixel asks for, and that the
 * filter repeats exactly.
 *
 * @param length of the scale in px
 * @returns null where nothing lies between them
 */
export function brushOf(axis: Axis, span: Span, length: number): Brush | null {
  const lanes = axis.lanes.filter((lane) => within(span, lanePlace(axis, lane)))
  const words = axis.words.filter((_, i) => within(span, wordShare(axis, i)))
  const brush: Brush = {
    ...(axis.kind === 'words' ? words.length && { words } : rangeOf(axis, span, length)),
    ...(lanes.length && { lanes }),
  }
  return Object.keys(brush).length ? brush : null
}

const within = ({ from, to }: Span, place: number): boolean => place >= from && place <= to

function rangeOf(axis: Axis, { from, to }: Span, length: number): Pick<Brush, 'range'> {
  if (to < 0 || from > 1) return {}
  const end = (share: number) => tidy(axis, Math.min(1, Math.max(0, share)), length)
  return { range: { low: end(from), high: end(to) } }
}

/** A number near a place of the scale, a tenth of a pixel or so beside it, with few digits. */
export function tidy(axis: Axis, share: number, length: number): number {
  const value = valueAt(axis, share)
  const pixel = Math.abs(valueAt(axis, share + 1 / Math.max(1, length)) - value)
  const digits = Math.floor(Math.log10(Math.abs(value))) - Math.floor(Math.log10(pixel)) + 2
  return Number.isFinite(digits) ? finite(Number(value.toPrecision(Math.min(17, Math.max(1, digits))))) : value
}

/** Where a brush lies along its axis now; null where the axis no longer shows any of it. */
export function spanOf(axis: Axis, brush: Brush): Span | null {
  const places = [
    ...(brush.range && axis.kind !== 'words' ? rangePlaces(axis, brush.range) : []),
    ...axis.words.flatMap((word, i) => (brush.words?.includes(word) ? [wordShare(axis, i)] : [])),
    ...(brush.lanes ?? []).filter((lane) => axis.lanes.includes(lane)).map((lane) => lanePlace(axis, lane)),
  ]
  return places.length ? { from: Math.min(...places), to: Math.max(...places) } : null
}

const rangePlaces = (axis: Axis, { low, high }: { low: number; high: number }): number[] =>
  [low, high].map((value) => {
    const share = shareOf(axis, value)
    // A log axis has no place for a negative end: it is below all of it.
    return Number.isNaN(share) ? 0 : Math.min(1, Math.max(0, share))
  })

/** A brush in the filter language: it selects exactly the runs that stand under it. */
export function brushFilter(axis: Axis, brush: Brush): string {
  const field = filterWord(axis.field)
  const onScale = anyOf([
    rangeText(field, brush),
    wordsText(field, brush.words),
    ...laneTexts(axis, field, brush.lanes),
  ])
  if (!axis.lanes.includes('diverged')) return onScale
  // What they reached before they diverged is no place on the scale.
  const reached = onScale && allOf([onScale, 'status != diverged'])
  return anyOf([reached, brush.lanes?.includes('diverged') ? 'status = diverged' : ''])
}

/** Conditions that must all hold; empty ones say nothing. */
export const allOf = (filters: readonly string[]): string => filters.filter(Boolean).join(' and ')

/** Conditions of which one is enough, such that `and` may stand beside them. */
function anyOf(filters: readonly string[]): string {
  const some = filters.filter(Boolean)
  return some.length > 1 ? `(${some.join(' or ')})` : (some[0] ?? '')
}

function rangeText(field: string, { range }: Brush): string {
  if (!range) return ''
  const { low, high } = range
  return low === high ? `${field} = ${low}` : `${field} >= ${low} and ${field} <= ${high}`
}

function wordsText(field: string, words: readonly string[] = []): string {
  const list = words.map(filterWord)
  return list.length > 1 ? `${field} in (${list.join(', ')})` : list.length ? `${field} = ${list[0]}` : ''
}

function laneTexts(axis: Axis, field: string, lanes: readonly Lane[] = []): string[] {
  // A condition on a value that a run does not have is never fulfilled: its opposite finds those runs.
  const isFinite = `(${field} > -1e999 and ${field} < 1e999)`
  const isWord = `${field} ~ ""`
  const texts: Partial<Record<Lane, string>> = {
    zero: `${field} = 0`,
    none: axis.kind === 'words' ? `(not ${isWord} or ${field} = "")` : `not ${isFinite}`,
    others: `(${isWord} and ${field} != "" and not ${field} in (${axis.words.map(filterWord).join(', ')}))`,
  }
  return lanes.map((lane) => (axis.lanes.includes(lane) && texts[lane]) || '')
}

/** Which runs stand under a brush: 1 for each of them; the same runs that its filter selects. */
export function underBrush(axis: Axis, brush: Brush, places: Float32Array, values: Values): Uint8Array {
  const under = new Uint8Array(places.length)
  const { low, high } = brush.range ?? { low: NaN, high: NaN }
  const words = new Set(brush.words)
  for (let i = 0; i < under.length; i++) {
    const lane = laneAt(axis, places[i]!)
    const value = values[i]!
    const on = lane
      ? brush.lanes?.includes(lane)
      : typeof value === 'number'
        ? value >= low && value <= high
        : value !== null && words.has(value)
    // A range may reach over the zeros of a log axis.
    under[i] = Number(on || (lane === 'zero' && low <= 0 && high >= 0))
  }
  return under
}
