/** Why a sweep ended: it came to its last rate, its loss rose too far, or its loss or gradient was not finite. */
export type SweepEnd = 'end' | 'diverged' | 'non-finite'

/** One repeat of a range test, as recorded: the rate of each update and its raw training loss. */
export interface Sweep {
  lr: Float64Array
  /** Batch losses before each update; only the last can be NaN or infinite. */
  loss: Float64Array
  /** Null while the sweep is still going on. */
  ended: SweepEnd | null
}

/** How a suggestion is made; in the order that people see them. */
export const RULES = ['article', 'minimum', 'steepest', 'valley', 'slide'] as const
export type Rule = (typeof RULES)[number]

/** What one rule says of a test. */
export interface Suggestion {
  rule: Rule
  /** Rate on the smoothed mean of the repeats; null where the rule finds none. */
  lr: number | null
  /** The same rule on each repeat alone, in their order: its spread is how far to trust it. */
  repeats: (number | null)[]
}

/** Why no rate is suggested where a wrong number would be the alternative. */
export type Refusal = 'too-short' | 'flat' | 'rising' | 'noisy' | 'no-upper-bound'

/** What a range test says. Curves are over one grid of rates, from the first to the last that any repeat used. */
export interface RangeAnalysis {
  /** Grid of rates, ascending; the curves below have a value at each. */
  lr: Float64Array
  /** Mean over the repeats of their smoothed losses; NaN where no repeat has one. */
  loss: Float64Array
  /** Least and greatest smoothed loss of the repeats. */
  low: Float64Array
  high: Float64Array
  /** Slope of `loss` per decade: d loss / d log10 lr. */
  slope: Float64Array
  /** Every rule in the order of {@link RULES}. */
  suggestions: Suggestion[]
  /** Suggested greatest rate for cyclical schedules and 1cycle (article rule, at most half of where it diverged); null where refused. */
  max: number | null
  /** max / 10, the low end of a cyclical schedule; null where refused. */
  min: number | null
  /** Suggested constant rate: that of the minimum / 10; null where refused. */
  constant: number | null
  /** Rate at the bottom of the last valley of the smoothed mean that is about as low as its lowest; null where none lies inside the range. */
  minimumAt: number | null
  /** Standard deviation of the raw loss about its smooth course in the flat left part. */
  noise: number
  /** Fall of the smoothed mean from its start to its minimum, in units of `noise`. */
  drop: number
  /** Rate at which each repeat diverged; null where it did not. */
  divergedAt: (number | null)[]
  /** Decades between the least and the greatest article rate of the repeats; null with fewer than two. */
  spread: number | null
  confidence: 'high' | 'medium' | 'low' | 'none'
  /** Why the confidence is what it is, with its numbers, in a sentence for people. */
  reason: string
  refusal: Refusal | null
}
