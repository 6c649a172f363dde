import { type ParameterRow, ratioTo, sideParameters } from '../../../core/domain/compare/side-parameters'
import { bestValue, indistinguishable, sideResult, type SideResult } from '../../../core/domain/compare/side-results'
import { targetText } from '../../../core/domain/compare/target'
import { formatCount, formatDuration, formatRate, MISSING, nonFiniteWord } from '../../../core/domain/format'
import { metricFormat, metricPhrase } from '../../../core/domain/metric-words'
import { bestOf, METRIC } from '../../../core/domain/metrics'
import { isLive, type RunRow } from '../../../core/domain/run'
import { valueText } from '../../charts/value-text'
import type { ChosenRun } from './chosen-run'
import type { Targets } from './target/use-targets'

/** One cell as the table shows it; `full` is what is copied, and read where `text` is short for it. */
export interface Cell {
  text: string
  full: string
  tone?: 'equal' | 'best' | 'diverged' | 'missing' | undefined
  title?: string | undefined
}

export interface TableRow {
  key: string
  label: string
  rate?: boolean
  /** It is about a target: what is counted until that is reached. */
  goal?: { words: string }
  cells: Cell[]
}

export interface TableSection {
  title: string
  rows: TableRow[]
}

const plain = (text: string, more: Partial<Cell> = {}): Cell => ({ text, full: text, ...more })
const missing = (why: string): Cell => plain(MISSING, { tone: 'missing', title: why })

/** A setting's value in words: rates as rates, lists one after the other. */
export function settingText(value: unknown, rate: boolean): string {
  if (value === null || value === undefined) return MISSING
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return rate ? formatRate(value) : String(value)
  if (Array.isArray(value)) return value.map((one) => settingText(one, rate)).join(', ')
  return String(value)
}

const ratioText = (ratio: number): string => `×${Number(ratio.toPrecision(3))}`

/**
 * Settings side by side, the reference first: equal ones are `=`, numbers as ratios where that is wanted.
 * @returns the rows to show, those of fields that only some of the schedules have, and of how many settings they are
 */
export function parameterSection(
  sides: readonly ChosenRun[],
  options: { differs: boolean; ratios: boolean },
): { rows: TableRow[]; own: TableRow[]; all: number; different: number } {
  const all = sideParameters(sides.map(({ id, replicates }) => ({ id, rows: replicates })))
  const different = all.filter(({ differs }) => differs)
  const [own, shared] = [true, false].map((single) =>
    (options.differs ? different : all)
      .filter((row) => isOwn(row) === single)
      .map((row) => parameterRow(row, options.ratios)),
  )
  return { rows: shared!, own: own!, all: all.length, different: different.length }
}

/** A field that the schedule of one side has and that of another has not: there is nothing to compare it with. */
const isOwn = ({ path, values }: ParameterRow): boolean =>
  path.startsWith('schedule.') && values.some((value) => value === null || value === undefined)

/** One row in place of those fields: how many of them each side has. */
export function ownFieldsRow(own: readonly TableRow[], sides: number): TableRow {
  const count = (side: number) => own.filter(({ cells }) => cells[side]!.full !== MISSING).length
  return {
    key: 'own-fields',
    label: 'Own fields of the schedules',
    cells: Array.from({ length: sides }, (_, side) => plain(count(side) ? String(count(side)) : MISSING)),
  }
}

function parameterRow({ path, label, rate, values }: ParameterRow, ratios: boolean): TableRow {
  const reference = values[0]
  const cells = values.map((value, i): Cell => {
    const full = settingText(value, rate)
    if (i === 0) return plain(full)
    if (JSON.stringify(value) === JSON.stringify(reference)) return { text: '=', full, tone: 'equal', title: full }
    const ratio = ratioTo(reference, value)
    if (ratio === null) return plain(full, { title: full })
    return ratios
      ? { text: ratioText(ratio), full, title: full }
      : plain(full, { title: `${ratioText(ratio)} the reference` })
  })
  return { key: path, label, rate, cells }
}

/** The metric that results are judged by: the first of these that any run has recorded. */
export function judgedBy(runs: readonly RunRow[]): string {
  const wanted = [METRIC.validationAccuracy, METRIC.validationLoss, METRIC.trainLoss]
  return wanted.find((metric) => runs.some(({ metrics }) => metrics[metric]?.count)) ?? METRIC.validationAccuracy
}

/** A result as a cell: a mean, or why there is none. */
function resultCell(result: SideResult, write: (value: number) => string, reason: string): Cell {
  if (result.n) {
    const lost = result.diverged ? `, ${result.diverged} of ${result.runs} diverged` : ''
    const title = result.runs > 1 ? `mean of ${result.n} of ${result.runs} seeds${lost}` : undefined
    return plain(write(result.mean), { title })
  }
  return result.diverged ? plain('diverged', { tone: 'diverged' }) : missing(reason)
}

/** Results side by side: means over seeds with their spread, and which cannot be told from the best. */
export function resultSection(
  sides: readonly ChosenRun[],
  metric: string,
  target: { value: number; targets: Targets } | null,
): TableSection {
  const per = (read: (row: RunRow) => number | null | undefined) =>
    sides.map(({ replicates }) => sideResult(replicates, read))
  const best = per((row) => bestValue(row, metric))
  const strong = indistinguishable(best, metric)
  const format = metricFormat(metric)
  const name = metricPhrase(metric)
  const folded = sides.some(({ replicates }) => replicates.length > 1)
  const rows: TableRow[] = [
    {
      key: 'best',
      label: `Best ${name}`,
      cells: best.map((result, i) => ({
        ...resultCell(result, (value) => valueText(value, format), `${metric} was not recorded`),
        ...(strong[i] && { tone: 'best' as const }),
      })),
    },
    ...(folded
      ? [{ key: 'spread', label: '± sd, seeds', cells: best.map((result) => spreadCell(result, format)) }]
      : []),
    {
      key: 'best-step',
      label: 'at step',
      cells: per((row) => row.metrics[metric] && bestOf(metric, row.metrics[metric]).step).map((result) =>
        resultCell(result, formatCount, `${metric} was not recorded`),
      ),
    },
    ...(target ? targetRows(sides, metric, target) : []),
    {
      key: 'loss',
      label: 'Final train loss',
      cells: sides.map(({ replicates }) => finalCell(replicates)),
    },
    {
      key: 'diverged',
      label: 'Diverged at',
      cells: sides.map(({ replicates }) => divergedCell(replicates)),
    },
    {
      key: 'wall',
      label: 'Wall time',
      cells: per(({ startedAt, endedAt }) => (startedAt === null || endedAt === null ? null : endedAt - startedAt)).map(
        (result) => resultCell(result, formatDuration, 'not ended yet'),
      ),
    },
  ]
  const shown = rows.filter(({ key, cells }) => key !== 'diverged' || cells.some(({ tone }) => tone === 'diverged'))
  return { title: folded ? 'Results, mean over seeds' : 'Results', rows: shown }
}

function spreadCell({ std, n }: SideResult, format: ReturnType<typeof metricFormat>): Cell {
  if (n === 0) return missing('no value')
  return n === 1 ? plain('1 seed', { tone: 'missing' }) : plain(`${valueText(std, format)}, ${n}`)
}

function finalCell(rows: readonly RunRow[]): Cell {
  const last = (row: RunRow) => row.metrics[METRIC.trainLoss]?.last
  const result = sideResult(rows, last)
  if (result.n) return resultCell(result, (value) => valueText(value, 'loss'), '')
  const word = rows.map(last).find((value) => value !== undefined && nonFiniteWord(value) !== null)
  return word === undefined
    ? resultCell(result, String, 'no loss was recorded')
    : plain(nonFiniteWord(word)!, { tone: 'diverged' })
}

function divergedCell(rows: readonly RunRow[]): Cell {
  const steps = rows.flatMap(({ divergedAt }) => divergedAt ?? [])
  if (!steps.length) return plain(MISSING)
  const of = rows.length > 1 ? ` (${steps.length} of ${rows.length})` : ''
  return plain(`${steps.map(formatCount).join(', ')}${of}`, { tone: 'diverged' })
}

/** Why no run of a side is known to have reached a value. */
function notReached(rows: readonly RunRow[], metric: string, targets: Targets): Cell {
  if (!rows.some((row) => row.metrics[metric]?.count)) return missing(`${metric} was not recorded`)
  if (rows.some(({ id }) => !targets.has(id))) return missing('not asked: these are too many runs at once')
  // A run that was never started has no clock.
  if (rows.some(({ id }) => targets.get(id)!.step !== null)) return missing('no time was recorded')
  return rows.some(({ status }) => isLive(status)) ? plain('not yet') : plain('never', { title: 'never reached it' })
}

/** Steps and time to a value: means over the seeds that reached it, and how many did. */
function targetRows(
  sides: readonly ChosenRun[],
  metric: string,
  { value, targets }: { value: number; targets: Targets },
): TableRow[] {
  const goal = targetText(metric, value)
  const row = (key: 'step' | 'ms', label: string, write: (value: number) => string): TableRow => ({
    key: `target-${key}`,
    label: `${label} to ${goal}`,
    goal: { words: label },
    cells: sides.map(({ replicates }) => {
      const reached = replicates.flatMap(({ id }) => targets.get(id)?.[key] ?? [])
      if (!reached.length) return notReached(replicates, metric, targets)
      const mean = reached.reduce((sum, one) => sum + one, 0) / reached.length
      const part = reached.length < replicates.length
      const text = write(mean) + (part ? ` (${reached.length} of ${replicates.length})` : '')
      return plain(text, { title: `${reached.length} of ${replicates.length} reached it` })
    }),
  })
  return [row('step', 'Steps', formatCount), row('ms', 'Time', formatDuration)]
}

/** The table as Markdown, with every value written out. */
export function tableMarkdown(heads: readonly string[], sections: readonly TableSection[]): string {
  const cell = (text: string) => text.replace(/\\/g, '\\\\').replace(/\|/g, '\\|').replace(/\s+/g, ' ').trim()
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  const rows = sections.flatMap(({ rows }) =>
    rows.map(({ label, cells }) => line([label, ...cells.map((one) => one.full)])),
  )
  return [line(['', ...heads]), line(['---', ...heads.map(() => '---')]), ...rows].join('\n')
}

/** The table as CSV; what a spreadsheet could take for a formula is written as text. */
export function tableCsv(heads: readonly string[], sections: readonly TableSection[]): string {
  const cell = (text: string) => {
    const safe = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text
    return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
  }
  const rows = sections.flatMap(({ rows }) => rows.map(({ label, cells }) => [label, ...cells.map((one) => one.full)]))
  return [['', ...heads], ...rows].map((row) => row.map(cell).join(',')).join('\r\n')
}
