import { formatDuration, formatLoss, formatPercent, formatRate, MISSING } from '../core/domain/format'
import type { RunProgress, RunRow } from '../core/domain/run'
import { bestValue, statusText, wallTime } from './format-value'
import { fit, pad, printable, textWidth } from './text'

const share = (progress: RunProgress): number =>
  progress.totalSteps > 0 ? Math.min(1, progress.step / progress.totalSteps) : 0

function speed({ stepsPerSecond: rate }: Pick<RunProgress, 'stepsPerSecond'>): string {
  const text = rate >= 100 ? String(Math.round(rate)) : rate > 0 ? rate.toPrecision(3) : MISSING
  return `${text} steps/s`
}

const left = (progress: Pick<RunProgress, 'etaMs'>): string =>
  progress.etaMs === null ? `${MISSING} left` : `${formatDuration(progress.etaMs)} left`

/** What is said of a run, each with the columns it may come to take. */
const facts = ({ step, totalSteps, loss, lr, validationAccuracy, ...timing }: RunProgress): [string, number][] => [
  [`${step}/${totalSteps}`, 2 * String(totalSteps).length + 1],
  [`loss ${formatLoss(loss)}`, 12],
  [`lr ${formatRate(lr)}`, 10],
  ...(validationAccuracy === null ? [] : [[`val acc ${formatPercent(validationAccuracy)} %`, 15] as [string, number]]),
  [speed(timing), 12],
  [left(timing), 11],
]

/** A bar of `width` columns of which a part is full, to an eighth of a column. */
export const bar = (part: number, width: number): string => {
  const eighths = Math.round(part * width * 8)
  const full = Math.floor(eighths / 8)
  const rest = eighths % 8 ? String.fromCodePoint(0x2590 - (eighths % 8)) : ''
  return ('█'.repeat(full) + rest).padEnd(width, '░')
}

const LEAST_NAME = 8
const MIN_BAR = 4
const MAX_BAR = 32

/** A running run on one terminal line of at most `width` columns: name, bar, facts; the accuracy gives way first, then the bar, then the name. */
export function progressBar(name: string, progress: RunProgress, width: number): string {
  // Each fact keeps its columns, so that a line that is drawn over does not jump.
  const words = facts(progress)
    .map(([fact, columns]) => pad(fact, columns))
    .join('  ')
  const room = width - textWidth(words) - 4
  // The curve of the accuracy is seen elsewhere; the time left is not.
  if (room < LEAST_NAME + MIN_BAR && progress.validationAccuracy !== null)
    return progressBar(name, { ...progress, validationAccuracy: null }, width)
  const label = fit(printable(name), Math.max(LEAST_NAME, Math.min(24, room - MIN_BAR)))
  const barWidth = Math.min(MAX_BAR, room - textWidth(label))
  const start = barWidth >= MIN_BAR ? `${label}  ${bar(share(progress), barWidth)}` : label
  return fit(`${start}  ${words}`, width)
}

/** A run that loads its data and its engine, and which of it now. */
export const startingLine = (name: string, width: number, phase: string | null = null): string =>
  fit(`${printable(name)}  ${phase === null ? 'starting' : `loading ${printable(phase)}`} …`, width)

/** Progress for a log file: no bar, per cent instead. */
export const progressText = (name: string, progress: RunProgress): string =>
  `${printable(name)}: ${Math.floor(100 * share(progress))} %  ${facts(progress)
    .map(([fact]) => fact)
    .join('  ')}`

/** How a run ended, on one line. */
export function endText(row: RunRow, now: number): string {
  // A range test evaluates what it began with.
  const best = row.spec.rangeTest ? null : bestValue(row, 'validation/accuracy')
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
