import { median, noiseOf } from './noise'
import type { SweepEnd } from './types'

/** Losses in the running median: enough that one bad batch ends nothing. */
const WINDOW = 5

/** A running median above this many times its minimum so far has diverged. */
const DIVERGED = 2

/** A rise counts where it takes back this share of the fall before it. */
const RISEN = 0.5

/** A rise counts where it is above this many times the noise. */
const ABOVE_NOISE = 3

/** Told of each update's raw loss and gradient norm in turn; says why the sweep ends with it, null where it goes on. */
export type SweepWatch = (loss: number, gradientNorm: number) => SweepEnd | null

/**
 * Decides where a sweep ends, from its losses alone, so that whoever reads them later finds the same end.
 *
 * - `non-finite`: loss or gradient is not finite.
 * - `diverged`: the median of the last five losses is above twice its minimum so far, and above the initial one.
 * - `end`: the planned updates are over and the loss has risen from its minimum, by half of what it had fallen and by
 *   three times its noise; or those of the extension are over too.
 *
 * @param planned updates of the sweep without its extension
 * @param most updates with it
 */
export function watchSweep(planned: number, most: number): SweepWatch {
  const losses: number[] = []
  let initial = NaN
  let least = NaN
  return (loss, gradientNorm) => {
    losses.push(loss)
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) return 'non-finite'
    const now = median(losses.slice(-WINDOW))
    // A median of fewer is no median: one easy first batch would be the least for good.
    if (losses.length <= WINDOW) initial = least = now
    least = Math.min(least, now)
    if (losses.length >= WINDOW && now > Math.max(DIVERGED * least, initial)) return 'diverged'
    if (losses.length === most) return 'end'
    if (losses.length !== planned) return null
    return now - least > Math.max(RISEN * (initial - least), ABOVE_NOISE * noiseOf([Float64Array.from(losses)]))
      ? 'end'
      : null
  }
}
