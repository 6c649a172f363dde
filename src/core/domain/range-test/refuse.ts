import { formatRate } from '../format'
import type { Refusal } from './types'

/** What decides whether a test says anything. */
export interface Findings {
  /** Updates that every repeat has at least. */
  points: number
  /** Sweeps ended at all. */
  ended: boolean
  /** Fall of the smoothed mean in units of the noise of one loss, and in units of its own standard error. */
  drop: number
  certainty: number
  /** The fall as a share of the loss at the start. */
  share: number
  /** Rate at which the loss rose again or the first repeat diverged; null where neither was seen. */
  roseAt: number | null
  /** The smoothed mean falls somewhere left of its minimum. */
  falls: boolean
  /** Share of the planned updates before the loss left its start for above; null where it did not. */
  leftStart: number | null
  /** Decades between the least and the greatest of the article rates of the repeats and of their mean. */
  apart: number
  /** More than half of the repeats lie near the rate of the mean, and none far above it. */
  supported: boolean
  firstRate: number
  lastRate: number
}

/** Fewer updates than this show no course of a loss over several decades. */
export const FEWEST_POINTS = 30

/** A fall below this many σ of the raw loss is none. */
export const LEAST_DROP = 5

/**
 * A fall below this share of the loss is none, however quiet the loss: inputs that say nothing leave the model to learn
 * how frequent each class is, a thousandth of its loss.
 */
export const LEAST_SHARE = 0.01

/** Repeats further apart than this many decades have found different things, unless most agree and the others are below. */
export const MOST_SPREAD = 1.5

/** A loss that leaves its start for above within this share of the sweep was rising from the first. */
const AT_ONCE = 1 / 4

/** Why no rate may be suggested, in a word and in a sentence with its numbers; null where one may. */
export function refusalOf(found: Findings): { refusal: Refusal; reason: string } | null {
  const { points, drop, certainty, roseAt, leftStart, apart, firstRate, lastRate } = found
  const refuse = (refusal: Refusal, reason: string) => ({ refusal, reason })
  if (!found.ended && roseAt === null)
    return refuse(
      'no-upper-bound',
      `The sweep is at LR ${formatRate(lastRate)}; suggestions come once the loss has risen.`,
    )
  if (!(drop >= LEAST_DROP)) {
    if (leftStart !== null && leftStart < AT_ONCE)
      return refuse(
        'rising',
        `The loss rose from the first rates on (from LR ${formatRate(firstRate)}) and fell nowhere.`,
      )
    if (points < FEWEST_POINTS) return tooShort(points)
    if (certainty >= LEAST_DROP)
      return refuse(
        'noisy',
        `The loss fell by only ${sigmas(drop)} of its noise from batch to batch; ${LEAST_DROP} σ are needed.`,
      )
    return refuse(
      'flat',
      `The loss did not fall between LR ${formatRate(firstRate)} and ${formatRate(lastRate)}: ${sigmas(drop)}, and ${LEAST_DROP} σ are needed.`,
    )
  }
  if (points < FEWEST_POINTS) return tooShort(points)
  if (found.share < LEAST_SHARE)
    return refuse(
      'flat',
      `The loss fell by only ${(100 * found.share).toPrecision(2)} % between LR ${formatRate(firstRate)} and ${formatRate(lastRate)}; ${100 * LEAST_SHARE} % are needed.`,
    )
  if (!found.falls) return refuse('rising', `The loss was least at the first rate, LR ${formatRate(firstRate)}.`)
  if (roseAt === null)
    return refuse(
      'no-upper-bound',
      `The loss fell ${sigmas(drop)} and had not risen again by LR ${formatRate(lastRate)}.`,
    )
  if (apart > MOST_SPREAD && !found.supported)
    return refuse(
      'noisy',
      `The repeats and their mean lie ${apart.toFixed(2)} decades apart (at most ${MOST_SPREAD.toFixed(2)}): what each found was chance.`,
    )
  return null
}

const tooShort = (points: number) => ({
  refusal: 'too-short' as const,
  reason: `Only ${points} updates were recorded; at least ${FEWEST_POINTS} are needed.`,
})

/** A number of standard deviations; a loss without noise fell by more than can be said. */
export const sigmas = (drop: number): string =>
  drop > 999 ? 'over 999 σ' : `${Math.max(0, drop).toFixed(drop < 10 ? 1 : 0)} σ`
