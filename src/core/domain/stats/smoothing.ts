import { METRIC } from '../metrics'
import { runningMean } from './running-mean'
import { ema, gauss, isConstant, sigmaOf } from './smooth'
import { timeEma } from './time-ema'

export const SMOOTHINGS = ['none', 'ema', 'time-ema', 'gauss', 'mean'] as const

/** Greatest amount: an average over about the last thousand points. */
export const MAX_SMOOTHING = 0.999

/** How a curve is smoothed before it is drawn; what was recorded stays what it is. */
export interface Smoothing {
  /** ema: by points. time-ema: by steps. gauss, mean: symmetric, centred on each point. */
  kind: (typeof SMOOTHINGS)[number]
  /**
   * Weight of the past, from 0 (nothing) to {@link MAX_SMOOTHING}. Gauss and mean turn it into the width that removes as
   * much noise as the EMA.
   */
  amount: number
  /** Of time-ema only: the steps after which the past keeps `amount` of its weight; 1 where absent. */
  unit?: number
}

/** Does it change anything? */
export const smooths = ({ kind, amount }: Smoothing): boolean => kind !== 'none' && amount > 0

/** Rates and momentum are set, not measured: smoothed they would be false. */
export const maySmooth = (metric: string): boolean => metric !== METRIC.lr && metric !== METRIC.momentum

/** Points on either side of the running mean that removes as much noise as an EMA of this weight: 1/width = (1 − w)/(1 + w). */
export const radiusOf = (weight: number): number => Math.round(weight / (1 - weight))

/**
 * A series smoothed from all its points. A constant series comes back untouched; values that are not finite pass through
 * and enter nothing.
 *
 * @param steps of the values, same length
 * @returns an array of the same length: `values` itself where nothing is to be done
 */
export function smoothSeries(steps: Float64Array, values: Float64Array, smoothing: Smoothing): Float64Array {
  const { kind, amount, unit } = smoothing
  if (!smooths(smoothing) || isConstant(values)) return values
  switch (kind) {
    case 'ema':
      return ema(values, amount)
    case 'time-ema':
      return timeEma(steps, values, amount, unit)
    case 'gauss':
      return gauss(values, sigmaOf(amount))
    case 'mean':
      return runningMean(values, radiusOf(amount))
    case 'none':
      return values
  }
}
