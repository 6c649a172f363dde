import type { Input } from '../core/api/contract'
import type { Transport } from '../core/api/transport'
import { type Field, namedField } from '../core/domain/filter/fields'
import { formatCount, formatDuration, formatRate, MISSING } from '../core/domain/format'
import { metricText } from '../core/domain/metric-words'
import { METRIC } from '../core/domain/metrics'
import type { RunRow } from '../core/domain/run'
import type { GroupLine, ReplicatesLine, RunTable, TableLine } from '../core/domain/table/table'
import { formatCell, formatMoment, statusText } from './format-value'
import { type Column, renderTable } from './table'

/** Lines asked for at once: the most that the contract gives. */
const PAGE = 1000

/** Columns of a grouped or folded list where nobody has said which. */
export const LINE_FIELDS = [
  'id',
  'name',
  'status',
  'schedule',
  'peakLr',
  'batchSize',
  'seed',
  `${METRIC.validationAccuracy}.best`,
  `${METRIC.trainLoss}.last`,
  'steps',
]

/** The table of runs from its first line on, at most `limit` lines; hidden runs too, as a terminal has no eye to click. */
export async function tableLines(
  transport: Transport,
  query: Omit<Input<'runs.table'>, 'offset' | 'limit' | 'showHidden'>,
  limit: number,
): Promise<RunTable> {
  const lines: TableLine[] = []
  for (;;) {
    const page = { offset: lines.length, limit: Math.min(PAGE, limit - lines.length) }
    const table = await transport.call('runs.table', { ...query, ...page, showHidden: true })
    lines.push(...table.lines)
    if (lines.length >= Math.min(limit, table.total) || table.lines.length === 0) return { ...table, lines }
  }
}

/** Lines as an aligned table; groups are headings between its rows. */
export function linesText(lines: readonly TableLine[], fields: readonly string[], width: number): string {
  const columns = fields.map((name) => ({ name, field: namedField(name, '--columns') }))
  const heads = columns.map(({ name, field }): Column => {
    if (name === 'name') return { head: name, least: 10 }
    return { head: name, align: isNumeric(field, lines) ? 'right' : 'left' }
  })
  const rows = lines.filter((line) => line.kind !== 'group')
  const cells = rows.map((line) =>
    columns.map(({ field }) => (line.kind === 'run' ? cellOf(field, line.row) : foldedCell(field, line))),
  )
  const [head, ...texts] = renderTable(heads, cells, width).trimEnd().split('\n')
  let next = 0
  const body = lines.map((line) => (line.kind === 'group' ? headingOf(line) : texts[next++]!))
  return [head, ...body].map((text) => `${text}\n`).join('')
}

const isNumeric = ({ read }: Field, lines: readonly TableLine[]): boolean =>
  lines.some((line) => line.kind !== 'group' && typeof read(line.row) === 'number')

function headingOf({ depth, field, value, runs, diverged, best, median }: GroupLine): string {
  const counts = `${runs} run${runs === 1 ? '' : 's'}${diverged ? `, ${diverged} diverged` : ''}`
  const metric = METRIC.validationAccuracy
  const results = Number.isNaN(best) ? '' : `; best ${metricText(metric, best)}, median ${metricText(metric, median)}`
  return `${'  '.repeat(depth)}${field} ${formatCell(value)} (${counts}${results})`
}

const TIMES: ReadonlySet<string> = new Set(['createdAt', 'startedAt', 'endedAt'])

function cellOf(field: Field, row: RunRow): string {
  const value = field.read(row)
  if (field.name === 'status') return statusText(row)
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'number' ? numberText(field, value) : formatCell(value)
}

function numberText({ name, metric }: Field, value: number): string {
  if (metric && name.endsWith('.bestStep')) return formatCount(value)
  if (metric) return metricText(metric, value)
  if (name === 'duration') return formatDuration(value)
  if (TIMES.has(name)) return formatMoment(value)
  return name === 'peakLr' ? formatRate(value) : formatCell(value)
}

/** Several runs in one cell: mean ± standard deviation, and of how many where some have no finite value. */
function foldedCell(field: Field, { runs, row, statistics, diverged }: ReplicatesLine): string {
  if (field.name === 'id') return `${runs.length} runs`
  if (field.name === 'status') return diverged ? `${diverged} of ${runs.length} diverged` : statusText(row)
  const statistic = Object.hasOwn(statistics, field.name) ? statistics[field.name]! : null
  if (!statistic || field.name === 'seed' || TIMES.has(field.name))
    return typeof field.read(row) === 'number' ? MISSING : cellOf(field, row)
  const { mean, std, n } = statistic
  if (n === 0) return cellOf(field, row)
  if (std === 0 && n === runs.length) return numberText(field, mean)
  const spread = Number.isNaN(std) ? '' : ` ± ${numberText(field, std)}`
  return `${numberText(field, mean)}${spread}${n < runs.length ? ` of ${n}` : ''}`
}
