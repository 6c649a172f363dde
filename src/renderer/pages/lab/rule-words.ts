import type { RangeAnalysis, Refusal, Rule } from '../../../core/domain/range-test/types'

/** A rule's name, and what its rate is for. */
export const RULE_WORDS: Record<Rule, { label: string; use: string; short: string }> = {
  article: { label: 'Article rule', use: 'maximum LR', short: 'article' },
  minimum: { label: 'Minimum / 10', use: 'constant LR', short: 'min/10' },
  steepest: { label: 'Steepest', use: 'for reference', short: 'steepest' },
  valley: { label: 'Valley', use: 'for reference', short: 'valley' },
  slide: { label: 'Slide', use: 'for reference', short: 'slide' },
}

export const CONFIDENCE_WORDS: Record<RangeAnalysis['confidence'], string> = {
  high: 'High confidence',
  medium: 'Medium confidence',
  low: 'Low confidence',
  none: 'No suggestion',
}

/** Bars of a confidence, 0 to 3. */
export const CONFIDENCE_BARS: Record<RangeAnalysis['confidence'], number> = { high: 3, medium: 2, low: 1, none: 0 }

/** A refusal in a word for lists, and what usually causes it. */
export const REFUSAL_WORDS: Record<Refusal, { word: string; causes: readonly string[] }> = {
  'too-short': { word: 'too short', causes: ['Too few updates were recorded: record 100 or more, better 300'] },
  flat: {
    word: 'flat',
    causes: [
      'The rates are too low: end the sweep higher',
      'The network is dead or its weights are frozen',
      'The labels do not belong to the inputs, or the inputs are all the same',
    ],
  },
  rising: {
    word: 'rising',
    causes: [
      'The first rate is already too high: begin the sweep lower',
      'The inputs are not standardised, so that even small rates make large updates',
    ],
  },
  noisy: {
    word: 'noisy',
    causes: [
      'The batches are small: a larger batch or more updates even the loss out',
      'Few repeats: three or more show what is chance',
    ],
  },
  'no-upper-bound': {
    word: 'no upper bound',
    causes: [
      'The loss never rose, although the sweep was extended once: end it higher',
      'Clipped gradients or normalisation hold the loss down at any rate: confirm a maximum instead',
    ],
  },
}
