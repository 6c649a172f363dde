import { RULES, type RangeAnalysis, type Rule } from '../../../core/domain/range-test/types'
import { MAX_RATE } from '../../../core/domain/spec/fields'

/** The rates that are taken from a range test into a run. */
export interface Band {
  min: number
  max: number
  /** Whose number the maximum is; null where it was set by hand. */
  rule: Rule | null
}

/** Ends of the ratio slider: max / 3 to max / 10. */
export const RATIO = { least: 3, most: 10 } as const

/** Rates below this are no rates anybody trains with. */
const LEAST_RATE = 1e-12

/** Four digits: with three, a step of 2.3 % would be rounded away or doubled. */
const tidy = (lr: number): number => Number(Math.min(MAX_RATE, Math.max(LEAST_RATE, lr)).toPrecision(4))

/** What a rule suggests to train with: the rate at the minimum is no rate to train with, a tenth of it is. */
export function suggestedRate(analysis: RangeAnalysis, rule: Rule): number | null {
  if (rule === 'article') return analysis.max
  if (rule === 'minimum') return analysis.constant
  return analysis.suggestions.find((one) => one.rule === rule)?.lr ?? null
}

/** The same of each repeat alone, in their order. */
export function suggestedRepeats(analysis: RangeAnalysis, rule: Rule): number[] {
  const { lr = null, repeats = [] } = analysis.suggestions.find((one) => one.rule === rule) ?? {}
  const shown = suggestedRate(analysis, rule)
  // Repeats are scaled as the rate is, so that their dots lie about it.
  const factor = rule === 'minimum' && lr && shown ? shown / lr : 1
  return repeats.flatMap((rate) => (rate === null ? [] : [rate * factor]))
}

/** The band that a test suggests; null where it suggests none. */
export const bandOf = ({ max, min }: RangeAnalysis): Band | null =>
  max === null ? null : { max: tidy(max), min: tidy(min ?? max / RATIO.most), rule: 'article' }

/** Another maximum at the same ratio; without a band one decade wide. */
export function withMax(band: Band | null, max: number, rule: Rule | null): Band {
  const top = tidy(max)
  return { max: top, min: tidy(top / (band ? band.max / band.min : RATIO.most)), rule }
}

/** Moves one end alone; the other keeps its place, and the ends never cross. */
export function withEnd(band: Band, end: 'min' | 'max', lr: number, rule: Rule | null = null): Band {
  if (end === 'max') return { ...band, max: tidy(Math.max(lr, band.min * 1.01)), rule }
  return { ...band, min: tidy(Math.min(lr, band.max / 1.01)) }
}

export const ratioOf = ({ min, max }: Band): number => max / min
export const withRatio = (band: Band, ratio: number): Band => ({ ...band, min: tidy(band.max / ratio) })

/** A rate so many hundredths of a decade higher. */
export const nudgedRate = (lr: number, times: number): number => lr * 10 ** (times / 100)

/** Rates that a handle stops at, with the rule that each is of. */
export interface Stop {
  lr: number
  rule: Rule | null
}
export function stopsOf(analysis: RangeAnalysis): Stop[] {
  const rules = RULES.flatMap((rule) => {
    const lr = suggestedRate(analysis, rule)
    return lr === null ? [] : [{ lr: tidy(lr), rule }]
  })
  return analysis.min === null ? rules : [...rules, { lr: tidy(analysis.min), rule: null }]
}

/** The stop within reach of a dragged rate, nearest first; the rate itself where there is none. */
export function snapped(lr: number, stops: readonly Stop[], reachDecades: number): Stop {
  const far = (stop: Stop) => Math.abs(Math.log10(stop.lr / lr))
  const [nearest] = [...stops].sort((a, b) => far(a) - far(b))
  return nearest && far(nearest) <= reachDecades ? nearest : { lr: tidy(lr), rule: null }
}
