import type { Schedule } from './schedule'

/** More updates than this are summed by so many evenly spaced ones; the ends of phases are looked at all the same. */
const EXACT = 1_000_000

/** What a schedule comes to over a run, in absolute rates. */
export interface ScheduleFacts {
  updates: number
  first: number
  last: number
  peak: number
  /** First update that has the peak. */
  peakAt: number
  least: number
  /** Rates of all updates together: how far a unit gradient would carry the weights. */
  sum: number
  mean: number
  /** Whether `sum`, `mean` and `least` are of every update; above a million they are of evenly spaced ones. */
  exact: boolean
}

export function scheduleFacts({ lr, phases }: Schedule, steps: number): ScheduleFacts {
  const stride = Math.ceil(steps / EXACT)
  let sum = 0
  let peak = -Infinity
  let peakAt = 0
  let least = Infinity
  const see = (t: number) => {
    const rate = lr(t)
    if (rate > peak || (rate === peak && t < peakAt)) [peak, peakAt] = [rate, t]
    least = Math.min(least, rate)
    return rate
  }
  for (let from = 0; from < steps; from += stride) {
    const share = Math.min(stride, steps - from)
    sum += share * see(from + Math.floor((share - 1) / 2))
  }
  for (const end of phases.flatMap(({ from, to }) => [from, to]))
    for (const t of [Math.floor(end), Math.ceil(end)]) if (t >= 0 && t < steps) see(t)
  return {
    updates: steps,
    first: lr(0),
    last: lr(steps - 1),
    peak,
    peakAt,
    least,
    sum,
    mean: sum / steps,
    exact: stride === 1,
  }
}
