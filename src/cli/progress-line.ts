import { formatDuration, formatLoss, formatPercent, formatRate, MISSING } from '../core/domain/format'
import type { RunProgress, RunRow } from '../core/domain/run'
import { bestValue, statusText, wallTime } from './format-value'
import { fit, printable, textWidth } from './text'

const share = (progress: RunProgress): number =>
  progress.totalSteps > 0 ? Math.min(1, progress.step / progress.totalSteps) : 0

const speed = (progress: RunProgress): string =>
  progress.stepsPerSecond > 0 ? `${progress.stepsPerSecond.toPrecision(3)} steps/s` : `${MISSING} steps/s`

const left = (progress: RunProgress): string =>
  progress.etaMs === null ? `${MISSING} left` : `${formatDuration(progress.etaMs)} left`

const facts = (progress: RunProgress): string[] => [
  `${progress.step}/${progress.totalSteps}`,
  `loss ${formatLoss(progress.loss)}`,
  `lr ${formatRate(progress.lr)}`,
  ...(progress.validationAccuracy === null ? [] : [`val acc ${formatPercent(progress.validationAccuracy)} %`]),
  speed(progress),
  left(progress),
]

const bar = (part: number, width: number): string => {
  const eighths = Math.round(part * width * 8)
  const full = Math.floor(eighths / 8)
  const rest = eighths % 8 ? String.fromCodePoint(0x2590 - (eighths % 8)) : ''
  return ('█'.repeat(full) + rest).padEnd(width, '░')
}

const MIN_BAR = 6
const MAX_BAR = 32

/** A running run on one terminal line of at most `width` columns: name, bar, facts; the bar gives way first, then the name. */
export function progressBar(name: string, progress: RunProgress, width: number): string {
  const words = facts(progress).join('  ')
  const room = width - textWidth(words) - 4
  const label = fit(printable(name), Math.max(8, Math.min(24, room - MIN_BAR)))
  const barWidth = Math.min(MAX_BAR, room - textWidth(label))
  const start = barWidth >= MIN_BAR ? `${label}  ${bar(share(progress), barWidth)}` : label
  return fit(`${start}  ${words}`, width)
}

/** A run that loads its data and builds its model. */
export const startingLine = (name: string, width: number): string => fit(`${printable(name)}  starting …`, width)

/** Progress for a log file: no bar, per cent instead. */
export const progressText = (name: string, progress: RunProgress): string =>
  `${printable(name)}: ${Math.floor(100 * share(progress))} %  ${facts(progress).join('  ')}`

/** How a run ended, on one line. */
export function endText(row: RunRow, now: number): string {
  const best = bestValue(row, 'validation/accuracy')
  const loss = row.metrics['train/loss']
  const parts = [
    `${printable(row.name)} (${row.id}): ${statusText(row)}`,
    `${row.steps} of ${row.totalSteps} updates in ${wallTime(row, now)}`,
    ...(best ? [`best val acc ${formatPercent(best.value)} % at ${best.step}`] : []),
    ...(loss ? [`last loss ${formatLoss(loss.last)}`] : []),
    ...(row.reason ? [printable(row.reason)] : []),
  ]
  return parts.join('  ')
}
