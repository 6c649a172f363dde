import { formatRate } from '../format'
import { sigmas } from './refuse'
import type { RangeAnalysis } from './types'

/** What a confidence rests on. */
export interface Grounds {
  /** Repeats that found a maximum. */
  found: number
  repeats: number
  /** Decades between the least and the greatest of them; null with fewer than two. */
  spread: number | null
  /** Most of them lie near the rate of the mean. */
  supported: boolean
  /** Fall of the loss in σ. */
  drop: number
  roseAt: number
}

/** Repeats further apart than this, in decades, are no measurement of one rate. */
export const SPREAD_LIMIT = 0.5

/** A fall of fewer σ than this leaves the slopes uncertain. */
const CLEAR_DROP = 10

const WORDS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten']

/**
 * How far to trust a maximum that was not refused. High: three repeats or more, all of which found it, within half of the
 * limit, after a clear fall. Medium: two or more within the limit. Low: all else.
 */
export function confidenceOf(grounds: Grounds): Pick<RangeAnalysis, 'confidence' | 'reason'> {
  const { found, repeats, spread, supported, drop } = grounds
  const within = (share: number) => spread !== null && spread <= share * SPREAD_LIMIT && supported && found === repeats
  const high = repeats >= 3 && within(0.5) && drop >= CLEAR_DROP
  return { confidence: high ? 'high' : within(1) ? 'medium' : 'low', reason: sentence(grounds) }
}

function sentence({ found, repeats, spread, drop, roseAt }: Grounds): string {
  const count = WORDS[repeats] ?? String(repeats)
  const limit = `(limit ${SPREAD_LIMIT.toFixed(2)})`
  const agreement =
    repeats === 1
      ? 'There is one repeat only, so nothing says how far to trust it.'
      : found < repeats
        ? `${found} of ${repeats} repeats found a maximum.`
        : spread! <= SPREAD_LIMIT
          ? `The ${count.toLowerCase()} repeats agree within ${spread!.toFixed(2)} decades ${limit}.`
          : `The ${count.toLowerCase()} repeats lie ${spread!.toFixed(2)} decades apart ${limit}: test with more updates.`
  return `${agreement} Loss fell ${sigmas(drop)}, rose again at LR ${formatRate(roseAt)}, so the upper bound was seen.`
}
