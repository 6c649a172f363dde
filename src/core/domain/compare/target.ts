import { isShare } from '../metric-words'
import { higherIsBetter } from '../metrics'
import type { RunRow } from '../run'
import { bestValue } from './side-results'

/**
 * A value that every run with a finite best reaches, to be counted in steps: the worst best value, rounded towards the
 * easier side to two digits that differ. Runs that diverged have no say, unless there is no other. Null where no run has
 * a value.
 */
export function suggestedTarget(rows: readonly RunRow[], metric: string): number | null {
  const bestOf = (some: readonly RunRow[]) => some.map((row) => bestValue(row, metric)).filter(Number.isFinite)
  const sound = bestOf(rows.filter(({ status }) => status !== 'diverged'))
  const values = sound.length ? sound : bestOf(rows)
  if (!values.length) return null
  const higher = higherIsBetter(metric)
  const worst = values.reduce((a, b) => (higher === b < a ? b : a))
  if (worst === 0) return 0
  const nearOne = higher && worst > 0.5 && worst <= 1
  const unit = nearOne ? 0.01 : 10 ** (Math.floor(Math.log10(Math.abs(worst))) - 1)
  const rounded = (higher ? Math.floor(worst / unit + 1e-9) : Math.ceil(worst / unit - 1e-9)) * unit
  return Number(rounded.toPrecision(6))
}

/** A value of a metric that runs are to reach, from above or from below. */
export interface Goal {
  metric: string
  value: number
  atLeast: boolean
}

/**
 * A goal as it is typed: `validation/accuracy=97%`, `train/loss<=0.1`; `=` takes the side on which the metric is better.
 * @returns null where the text is none
 */
export function readGoal(text: string): Goal | null {
  // The last sign is the one: names of metrics may have any.
  const [, name = '', sign, typed = ''] = /^(.+?)(>=|<=|≥|≤|=)([^<>=≤≥]*)$/s.exec(text) ?? []
  const metric = name.trim()
  const value = metric ? readTarget(metric, typed) : null
  if (value === null) return null
  return { metric, value, atLeast: sign === '=' ? higherIsBetter(metric) : sign === '>=' || sign === '≥' }
}

/** A goal in words: "validation/accuracy ≥ 97 %". */
export const goalText = ({ metric, value, atLeast }: Goal): string =>
  `${metric} ${atLeast ? '≥' : '≤'} ${targetText(metric, value)}`

/** A target as it is typed: 97 % or 0.97 for a share, a number for anything else; null where it is none. */
export function readTarget(metric: string, text: string): number | null {
  const [, digits, percent] =
    /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(%?)\s*$/i.exec(text.replace(',', '.').replace('−', '-')) ?? []
  if (digits === undefined || (percent && !isShare(metric))) return null
  const value = Number(digits)
  if (!Number.isFinite(value)) return null
  // A share above 1 is meant in per cent, with the sign or without.
  return percent || (isShare(metric) && value > 1) ? Number((value / 100).toPrecision(15)) : value
}

/** A target as it is shown and typed again: 97 %, 0.05. */
export const targetText = (metric: string, value: number): string =>
  isShare(metric) && Math.abs(value) <= 1 ? `${Number((100 * value).toPrecision(6))} %` : String(value)

/** On which side of the target a run has reached it: ≥ for what is better the larger it is. */
export const targetSign = (metric: string): '≥' | '≤' => (higherIsBetter(metric) ? '≥' : '≤')
