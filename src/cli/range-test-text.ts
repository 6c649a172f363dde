import { formatLoss, formatRate, MISSING } from '../core/domain/format'
import { METRIC } from '../core/domain/metrics'
import type { RangeAnalysis, Suggestion } from '../core/domain/range-test/types'
import type { RunRow } from '../core/domain/run'
import type { RangeTestSpec } from '../core/domain/spec/range-test'
import { renderPlot } from './plot'
import { renderTable } from './table'
import { printable } from './text'

const MAX_PLOT_WIDTH = 100
const PLOT_HEIGHT = 12

/** Losses above this many times the first one are where it diverges: drawn, they would leave no room for the rest. */
const TOO_HIGH = 1.5

const rateOf = (lr: number | null): string => (lr === null ? MISSING : formatRate(lr))

/** What was swept, on one line. */
export const sweptText = ({ from, to, steps, repeats, growth }: RangeTestSpec): string =>
  `${repeats} ${growth} sweep${repeats === 1 ? '' : 's'} from ${formatRate(from)} to ${formatRate(to)} in ${steps} updates`

/** All that a range test says: curve, every rule with its spread, confidence or refusal, and what to do with it. */
export function rangeTestText(analysis: RangeAnalysis, spec: RangeTestSpec, width: number): string {
  return [curveText(analysis, spec, width), rulesText(analysis.suggestions, width), verdictText(analysis)].join('\n')
}

function curveText({ lr, loss }: RangeAnalysis, { growth }: RangeTestSpec, width: number): string {
  if (!lr.length) return ''
  const first = loss.find(Number.isFinite) ?? NaN
  const shown = loss.map((y) => (y > TOO_HIGH * first ? NaN : y))
  const plot = renderPlot(shown, {
    width: Math.min(MAX_PLOT_WIDTH, width),
    height: PLOT_HEIGHT,
    ends: [formatRate(lr[0]!), formatRate(lr.at(-1)!)],
  })
  return `loss over learning rate${growth === 'exponential' ? ' (log)' : ''}, smoothed\n${plot}`
}

/** Rates of a rule on the repeats alone: from least to greatest, and the decades between them. */
function spreadOf(repeats: readonly (number | null)[]): { range: string; decades: string } {
  const found = repeats.filter((lr) => lr !== null)
  if (!found.length) return { range: MISSING, decades: MISSING }
  const [least, greatest] = [Math.min(...found), Math.max(...found)]
  const missing = repeats.length - found.length
  return {
    range: `${formatRate(least)} to ${formatRate(greatest)}${missing ? ` (none in ${missing})` : ''}`,
    decades: found.length > 1 ? Math.log10(greatest / least).toFixed(2) : MISSING,
  }
}

const rulesText = (suggestions: readonly Suggestion[], width: number): string =>
  renderTable(
    [
      { head: 'rule' },
      { head: 'rate', align: 'right' },
      { head: 'repeats alone', align: 'right' },
      { head: 'decades apart', align: 'right', drop: 1 },
    ],
    suggestions.map(({ rule, lr, repeats }) => {
      const { range, decades } = spreadOf(repeats)
      return [rule, rateOf(lr), range, decades]
    }),
    width,
  )

function verdictText({ max, min, constant, confidence, reason, refusal }: RangeAnalysis): string {
  if (refusal) return `No rate is suggested (${refusal}). ${reason}\n`
  return [
    `maximum   ${rateOf(max)}  for 1cycle and cyclical schedules`,
    `minimum   ${rateOf(min)}  low end of a cycle`,
    `constant  ${rateOf(constant)}  for a rate that stays`,
    '',
    `Confidence ${confidence}. ${reason}`,
    '',
  ].join('\n')
}

const quoted = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** The command that trains a spec with the maximum that was found. */
export function trainCommand(path: string, given: unknown, assignments: readonly string[], max: number): string {
  const schedule = `schedule=${JSON.stringify({ kind: 'one-cycle', maxLr: Number(max.toPrecision(3)) })}`
  const needsBudget = !(typeof given === 'object' && given !== null && 'budget' in given)
  const set = [...assignments, ...(needsBudget ? ['budget.epochs=5'] : []), schedule]
  return `anneal run ${quoted(path)} ${set.map((one) => `--set ${quoted(one)}`).join(' ')}`
}

/** What came of the runs that confirm a maximum, and which of them is best. */
export function confirmText(rows: readonly RunRow[], width: number): string {
  const lossOf = ({ metrics, status }: RunRow): number =>
    status === 'finished' ? (metrics[METRIC.validationLoss]?.last ?? NaN) : NaN
  const finite = rows.filter((row) => Number.isFinite(lossOf(row)))
  const best = finite.reduce<RunRow | null>((a, b) => (a && lossOf(a) <= lossOf(b) ? a : b), null)
  const table = renderTable(
    [
      { head: 'max rate', align: 'right' },
      { head: 'run' },
      { head: 'status' },
      { head: METRIC.validationLoss, align: 'right' },
    ],
    rows.map((row) => [
      formatRate(row.peakLr),
      row.id,
      row.divergedAt === null ? row.status : `${row.status} at ${row.divergedAt}`,
      Number.isFinite(lossOf(row)) ? formatLoss(lossOf(row)) : MISSING,
    ]),
    width,
  )
  const verdict = best
    ? `Of these ${formatRate(best.peakLr)} is best: ${METRIC.validationLoss} ${formatLoss(lossOf(best))} (${printable(best.name)}, ${best.id})\n`
    : 'None of these has a finite loss at its end\n'
  return `${table}\n${verdict}`
}
