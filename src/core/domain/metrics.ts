import { METRIC } from './metric-names'
import { type DatasetSpec, isRegression } from './spec/datasets'
import { type ClipSpec, RECORD_DEFAULTS, type RecordSpec } from './spec/optimizers'
import type { RangeTestSpec } from './spec/range-test'

export { METRIC }

/**
 * A track is a cadence: the metrics that are recorded at the same steps, so that steps and times are stored once.
 * A metric belongs to one track of its run.
 */
export const TRACK = {
  update: [
    METRIC.trainLoss,
    METRIC.trainAccuracy,
    METRIC.lr,
    METRIC.momentum,
    METRIC.gradNorm,
    METRIC.stepTime,
  ] as string[],
  ratio: [METRIC.updateRatio] as string[],
  evaluation: [METRIC.validationLoss, METRIC.validationAccuracy] as string[],
}

export type Track = keyof typeof TRACK

/** What of a run spec decides its tracks. */
interface Recorded {
  dataset: DatasetSpec
  clip?: ClipSpec
  record?: RecordSpec
  rangeTest?: RangeTestSpec
}

/**
 * The tracks of a run that may not record all or clips: the same at all of its steps. A range test measures gradients
 * in any case, as they tell where it ends.
 */
export function tracksOf({ dataset, clip, record = RECORD_DEFAULTS, rangeTest }: Recorded): typeof TRACK {
  const left: string[] = [
    ...(record.gradientNorm || rangeTest ? [] : [METRIC.gradNorm]),
    ...(isRegression(dataset) ? [METRIC.trainAccuracy, METRIC.validationAccuracy] : []),
  ]
  const kept = (metrics: string[]) => metrics.filter((metric) => !left.includes(metric))
  const update = kept(TRACK.update)
  return {
    update: clip ? [...update, METRIC.clipScale] : update,
    ratio: TRACK.ratio,
    evaluation: [...kept(TRACK.evaluation), ...(rangeTest ? [METRIC.restoreDifference] : [])],
  }
}

/**
 * Points of one track as they travel and are stored: column by column in one Float64Array.
 * `data` holds n steps, then n wall times (ms since the epoch), then n values of each metric in order.
 */
export interface Frame {
  track: string
  metrics: string[]
  n: number
  data: Float64Array
}

/** Is a larger value of this metric the better one? Accuracy-like names say yes, everything else no. */
export const higherIsBetter = (metric: string): boolean =>
  /(^|[/_.-])(acc(uracy)?|f1|auc|precision|recall|iou|map|bleu|r2)$/i.test(metric)

/** What tables need to know about one metric of one run; steps are those of the points. NaN and infinities count as non-finite. */
export interface MetricSummary {
  count: number
  last: number
  lastStep: number
  /** Least and greatest finite value; NaN where there is none. */
  min: number
  minStep: number
  max: number
  maxStep: number
  nonFinite: number
  firstNonFiniteStep: number | null
}

/** Best value of a metric and its step by the metric's direction; value is NaN where no finite value exists. */
export const bestOf = (metric: string, summary: MetricSummary): { value: number; step: number } =>
  higherIsBetter(metric) ? { value: summary.max, step: summary.maxStep } : { value: summary.min, step: summary.minStep }
