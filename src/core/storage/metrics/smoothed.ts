import { type Smoothing, smoothSeries } from '../../domain/stats/smoothing'
import type { StepValues } from '../../domain/stats/step-values'
import type { Place } from './points'

/** Most bytes of smoothed values that are kept: sixteen million points. */
const MOST_BYTES = 2 ** 27

interface Kept {
  /** Points that the series had. */
  points: number
  values: Float64Array
}

/**
 * Smoothed values by the ordinals of their points, those last asked for: every one of them depends on all before it, and a
 * zoom would read the whole series for a part of it. Whoever changes points that are there calls `clear`; what was added is
 * seen by itself.
 */
export function openSmoothed(most = MOST_BYTES) {
  const kept = new Map<string, Kept>()
  let bytes = 0
  const drop = (key: string): void => {
    bytes -= kept.get(key)?.values.byteLength ?? 0
    kept.delete(key)
  }

  return {
    /** @param read gives every point of the series in the order of recording */
    of({ metric, points }: Place, smoothing: Smoothing, read: () => StepValues): Float64Array {
      const key = JSON.stringify([metric, smoothing])
      const known = kept.get(key)
      drop(key)
      let values = known?.points === points ? known.values : undefined
      if (!values) {
        const series = read()
        values = smoothSeries(series.steps, series.values, smoothing)
      }
      kept.set(key, { points, values })
      bytes += values.byteLength
      for (const oldest of kept.keys()) {
        if (bytes <= most) break
        drop(oldest)
      }
      return values
    },

    /** Forgets everything: points have been taken back, or a run with all of them. */
    clear(): void {
      kept.clear()
      bytes = 0
    },
  }
}
