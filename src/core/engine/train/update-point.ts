import { METRIC } from '../../domain/metrics'

/** What is known of one update. */
export interface UpdateFacts {
  loss: number
  accuracy: number
  lr: number
  momentum: number
  gradientNorm: number
  clipScale: number
  /** Milliseconds. */
  stepTime: number
}

const FIELDS: Record<string, keyof UpdateFacts> = {
  [METRIC.trainLoss]: 'loss',
  [METRIC.trainAccuracy]: 'accuracy',
  [METRIC.lr]: 'lr',
  [METRIC.momentum]: 'momentum',
  [METRIC.gradNorm]: 'gradientNorm',
  [METRIC.clipScale]: 'clipScale',
  [METRIC.stepTime]: 'stepTime',
}

/** Gives the facts of an update in the order of a run's metrics. */
export function pointOf(metrics: readonly string[]): (facts: UpdateFacts) => number[] {
  const fields = metrics.map((metric) => FIELDS[metric]!)
  return (facts) => fields.map((field) => facts[field])
}
