import type { MetricStore } from '../../storage/types'
import { AppError } from '../../domain/errors'
import { bandOf, decimateBand } from '../../domain/stats/band'
import type { StepValues } from '../../domain/stats/step-values'
import { maySmooth, smoothSeries } from '../../domain/stats/smoothing'
import { taskBreaks } from '../task-breaks'
import type { BandData, Handlers } from '../contract'
import { ofKnownRuns } from './known-runs'

/** Points of one group that are held at once; 320 MB of memory. */
const MAX_POINTS = 2e7

/** Answers metrics.band: reads run by run, and lets what else waits have its turn in between. */
export const bandHandler =
  (metrics: MetricStore): Handlers['metrics.band'] =>
  async ({ groups, metric, kind, smoothing, buckets, ...range }, signal) => {
    const breathe = taskBreaks(signal)
    const bands: BandData[] = []
    for (const { key, runs } of groups) {
      let total = 0
      const read = ({ run }: { run: string }): StepValues => {
        if (!smoothing || !maySmooth(metric)) return counted(metrics.points(run, metric, range))
        // What lies before the range has its part in what is shown of it.
        const { steps, values } = counted(metrics.points(run, metric))
        return { steps, values: smoothSeries(steps, values, smoothing) }
      }
      const counted = (points: StepValues): StepValues => {
        total += points.steps.length
        if (total > MAX_POINTS) throw tooMany(key, runs.length)
        return points
      }
      const series = runs.map((run) => ({ run }))
      const recorded = (await ofKnownRuns(series, breathe, read)).filter(({ steps }) => steps.length)
      const { every, nonFinite, ...band } = bandOf(recorded, kind, range)
      bands.push({ key, runs: recorded.length, every, nonFinite, ...decimateBand(band, { ...range, buckets }) })
      await breathe()
    }
    return { bands }
  }

const tooMany = (key: string, runs: number): AppError =>
  new AppError(
    'input.invalid',
    `metrics.band: the ${runs} runs of group ${key} have too many points to average at once`,
    {
      method: 'metrics.band',
      field: 'groups',
      got: key,
      allowed: `at most ${MAX_POINTS} points in a group`,
      hint: 'name fewer runs, or a range of steps without smoothing',
    },
  )
