import { formatCount, formatLoss, formatPercent, formatRate, MISSING } from '../../../core/domain/format'
import { METRIC } from '../../../core/domain/metrics'
import { isLive, type RunProgress, type RunRow } from '../../../core/domain/run'
import { bestAccuracy } from '../../run-charts/best-accuracy'
import { formatWallTime, wallTime } from '../../format/run-words'

/** A figure of the head: what it is, the number, and what stands small behind it. */
export interface Figure {
  label: string
  value: string
  rest?: string
  isRate?: boolean
}

/** Updates done; a report that comes late never takes any back. */
export const stepsDone = (run: RunRow, progress: RunProgress | null): number => Math.max(run.steps, progress?.step ?? 0)

/** The figures of a run's head: where a live one is, how an ended one ended. */
export function runFigures(
  run: RunRow,
  progress: RunProgress | null,
  lastFiniteLoss: number | null,
  now: number,
  loading: string | null = null,
): Figure[] {
  const live = isLive(run.status)
  const loss = run.metrics[METRIC.trainLoss]
  const best = bestAccuracy(run, progress)
  const lr = progress?.lr ?? run.metrics[METRIC.lr]?.last
  const ms = wallTime(run, now)
  const figures: Figure[] = [
    { label: 'Step', value: formatCount(stepsDone(run, progress)), rest: `of ${formatCount(run.totalSteps)}` },
  ]
  if (live && loading !== null) {
    figures.push({ label: 'Loading', value: '', rest: loading })
  } else if (live) {
    const eta = progress?.etaMs ?? null
    const speed = progress?.stepsPerSecond || null
    figures.push(
      { label: 'Left', value: eta === null ? MISSING : formatWallTime(eta) },
      { label: 'Speed', value: speed === null ? MISSING : speed.toPrecision(3), rest: 'steps/s' },
      { label: 'Loss', value: lossText(progress?.loss ?? loss?.last) },
    )
  } else {
    figures.push({ label: 'Ran for', value: ms === null ? MISSING : formatWallTime(ms) })
    if (run.status === 'diverged') figures.push({ label: 'Last finite loss', value: lossText(lastFiniteLoss) })
    else figures.push({ label: 'Final loss', value: lossText(loss?.last) })
    figures.push({ label: 'Lowest loss', value: lossText(loss && Number.isFinite(loss.min) ? loss.min : null) })
  }
  figures.push(
    {
      label: 'Best val acc',
      value: best ? formatPercent(best.value) : MISSING,
      ...(typeof best?.step === 'number' && { rest: `@ ${formatCount(best.step)}` }),
    },
    { label: 'Learning rate', value: lr === undefined || Number.isNaN(lr) ? MISSING : formatRate(lr), isRate: true },
  )
  return figures
}

const lossText = (loss: number | null | undefined): string =>
  loss === null || loss === undefined ? MISSING : formatLoss(loss)

/** The last value of a series that is a number; null where there is none. */
export function lastFinite(values: Float64Array | undefined): number | null {
  return values?.findLast(Number.isFinite) ?? null
}
