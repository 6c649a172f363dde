import { linearTicks, logTicks } from '../../../charts/ticks'
import { type Axis, type Lane, lanePlace, shareOf, valueAt, wordShare } from './axis'
import { fieldFormat } from '../../../run-table/field-text'
import { tickTexts } from './field-words'

/** A word at an axis; place as in `placesOf`. */
export interface Tick {
  key: string
  place: number
  text: string
  lane: Lane | null
}

const LANE_WORDS: Record<Lane, string> = { zero: '0', others: 'others', none: 'none', diverged: 'diverged' }

const HOURS = 3_600_000
/** Times that people call round, in ms. */
const ROUND_TIMES = [
  ...[1, 10, 100],
  ...[1, 10].map((s) => s * 1000),
  ...[1, 10].map((minutes) => minutes * 60_000),
  ...[1, 10, 100, 1000].map((hours) => hours * HOURS),
]

/** What is written at an axis on which `most` labels have room: round values or words, and the lanes by name. */
export function ticksOf(axis: Axis, most: number): Tick[] {
  const lanes = axis.lanes.map((lane) => ({ key: lane, place: lanePlace(axis, lane), text: LANE_WORDS[lane], lane }))
  return [...scaleTicks(axis, Math.max(2, most)), ...lanes]
}

function scaleTicks(axis: Axis, most: number): Tick[] {
  if (axis.kind === 'words') {
    const every = Math.ceil(axis.words.length / most)
    return axis.words.flatMap((text, i) =>
      i % every ? [] : [{ key: `w${i}`, place: wordShare(axis, i), text, lane: null }],
    )
  }
  const values = valuesOf(axis, most)
  const texts = tickTexts(values, fieldFormat(axis.field), axis.kind)
  return values.map((value, i) => ({ key: String(value), place: shareOf(axis, value), text: texts[i]!, lane: null }))
}

function valuesOf(axis: Axis, most: number): number[] {
  if (axis.few.length) return spread(axis, most)
  const [low, high] = [valueAt(axis, 0), valueAt(axis, 1)]
  const isDuration = fieldFormat(axis.field) === 'duration'
  if (axis.kind === 'log') {
    if (!isDuration) return logTicks(low, high, Math.min(most, 9))
    const round = ROUND_TIMES.filter((time) => time >= low && time <= high)
    return round.filter((_, i) => i % Math.ceil(round.length / Math.min(most, 9)) === 0)
  }
  const unit = isDuration ? timeUnit(high) : 1
  return linearTicks(low / unit, high / unit, Math.min(most, 9)).map((tick) => tick * unit)
}

/** The unit in which a duration is round: ms, s, min or h. */
const timeUnit = (high: number): number => [HOURS, 60_000, 1000].find((unit) => high >= 2 * unit) ?? 1

/** Those of the few values whose labels do not touch. */
function spread(axis: Axis, most: number): number[] {
  const kept: number[] = []
  for (const value of axis.few) {
    const last = kept.at(-1)
    if (last === undefined || shareOf(axis, value) - shareOf(axis, last) >= 0.9 / most) kept.push(value)
  }
  return kept
}
