import { formatCount } from '../core/domain/format'
import type { SalvagedRun, SalvageReport } from '../core/storage/salvage/report'
import { countRuns } from './bundle-files'
import { printable } from './text'

/** Whether anything was found that is not in the new workspace. */
export const isLossless = ({ runs, lostRuns, lostSettings, damaged }: SalvageReport): boolean =>
  !lostRuns.length &&
  !lostSettings.length &&
  !damaged.pages.length &&
  !damaged.rows &&
  !damaged.logFrames &&
  runs.every(({ lost, lostFacts, lostCheckpoints }) => !lost.length && !lostFacts.length && !lostCheckpoints.length)

/** What came of a salvage, in lines: what is there, then exactly what is not. */
export function salvageText(report: SalvageReport): string {
  const { runs, lostRuns, lostSettings, damaged } = report
  const points = runs.reduce((sum, run) => sum + run.points, 0)
  const lines = [
    `${report.into}: ${countRuns(runs.length)}, ${formatCount(points)} points`,
    ...lostRuns.map(
      ({ id, points: left, file }) =>
        `lost     run ${id ?? '(its id too)'}: its settings${file ? `; ${formatCount(left)} points of it are in ${file}` : ''}`,
    ),
    ...runs.flatMap(lossesOf),
    ...lostSettings.map((name) => `lost     ${name}`),
  ]
  const unread = [
    damaged.pages.length &&
      `${damaged.pages.length} pages of the file (${damaged.pages.slice(0, 8).join(', ')}${damaged.pages.length > 8 ? ', …' : ''})`,
    damaged.rows && `${damaged.rows} rows`,
    damaged.logFrames && `${damaged.logFrames} frames of the log`,
  ].filter(Boolean)
  if (unread.length) lines.push(`unread   ${unread.join(', ')}`)
  if (isLossless(report)) lines.push('Nothing is damaged; nothing is missing.')
  return lines.map((line) => `${printable(line)}\n`).join('')
}

function lossesOf({ id, name, lost, lostFacts, lostCheckpoints }: SalvagedRun): string[] {
  const of = `lost     run ${id} (${name}):`
  return [
    ...lost.map(({ track, metric, from, to, afterStep, beforeStep }) => {
      const where = [
        afterStep === null ? null : `after step ${afterStep}`,
        beforeStep === null ? null : `before step ${beforeStep}`,
      ].filter((side) => side !== null)
      return `${of} ${metric ?? `every metric of ${track}`}, points ${from + 1} to ${to + 1}${where.length ? `, ${where.join(', ')}` : ''}`
    }),
    ...(lostFacts.length ? [`${of} ${lostFacts.join(', ')}`] : []),
    ...lostCheckpoints.map(({ step, why }) => `${of} the checkpoint at update ${step}: ${why}`),
  ]
}
