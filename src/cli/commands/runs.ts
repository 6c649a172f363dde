import { existsSync } from 'node:fs'
import type { Transport } from '../../core/api/transport'
import { formatCount, formatLoss, formatPercent, formatRate, MISSING } from '../../core/domain/format'
import { METRIC } from '../../core/domain/metrics'
import type { RunRow } from '../../core/domain/run'
import type { RunTable } from '../../core/domain/table/table'
import { defineCommand } from '../command'
import { bestValue, formatMoment, statusText, wallTime } from '../format-value'
import { toJson } from '../../core/domain/json'
import { checkDestination, deliver, FILE_OPTIONS } from '../exported'
import { namedFormat } from '../named-format'
import { withCore, workspaceExists, noWorkspace } from '../open-core'
import { wholeNumber } from '../parse-arguments'
import { LINE_FIELDS, linesText, tableLines } from '../run-lines'
import { type Column, renderTable } from '../table'

/** Rows asked for at once: the most that the contract gives. */
const PAGE = 1000

interface Listing {
  rows: RunRow[]
  total: number
  all: number
}

async function listRuns(
  transport: Transport,
  query: { filter?: string; sort?: { column: string; descending: boolean } },
  limit: number,
): Promise<Listing> {
  const rows: RunRow[] = []
  for (;;) {
    const page = await transport.call('runs.list', {
      ...query,
      offset: rows.length,
      limit: Math.min(PAGE, limit - rows.length),
    })
    rows.push(...page.rows)
    if (rows.length >= Math.min(limit, page.total) || page.rows.length === 0)
      return { rows, total: page.total, all: page.all }
  }
}

const COLUMNS: Column[] = [
  { head: 'id' },
  { head: 'name', least: 10 },
  { head: 'status', least: 8 },
  { head: 'schedule', drop: 2 },
  { head: 'peak lr', align: 'right' },
  { head: 'batch', align: 'right', drop: 4 },
  { head: 'seed', align: 'right', drop: 5 },
  { head: 'best val acc %', align: 'right' },
  { head: 'at', align: 'right', drop: 3 },
  { head: 'last loss', align: 'right' },
  { head: 'steps', align: 'right', drop: 1 },
  { head: 'time', align: 'right', drop: 6 },
  { head: 'created', drop: 7 },
]

function cells(row: RunRow): string[] {
  const best = bestValue(row, METRIC.validationAccuracy)
  const loss = row.metrics[METRIC.trainLoss]
  return [
    row.id,
    row.name,
    statusText(row),
    row.spec.rangeTest ? 'range test' : row.spec.schedule.kind,
    formatRate(row.peakLr),
    String(row.spec.batchSize),
    String(row.spec.seed),
    best ? formatPercent(best.value) : MISSING,
    best ? formatCount(best.step) : MISSING,
    loss ? formatLoss(loss.last) : MISSING,
    `${row.steps}/${row.totalSteps}`,
    wallTime(row, Date.now()),
    formatMoment(row.createdAt),
  ]
}

const TABLES = ['csv', 'parquet', 'markdown'] as const

export const runsCommand = defineCommand({
  name: 'runs',
  words: [],
  options: {
    filter: { type: 'string', value: 'QUERY', help: 'only runs that match, as: lr > 0.05 and status != diverged' },
    sort: {
      type: 'string',
      value: 'COLUMN',
      help: 'ascending by a column, a config path or metric.best; -COLUMN: descending',
    },
    limit: { type: 'string', value: 'N', help: 'at most so many (default: all)' },
    group: { type: 'string', value: 'FIELD,FIELD', help: 'groups with their summaries, by up to three fields' },
    fold: { type: 'boolean', help: 'runs that differ in their seed only as one line, mean ± std' },
    columns: {
      type: 'string',
      value: 'FIELD,FIELD',
      help: 'these columns, named as in filters: name,lr,train/loss.last',
    },
    format: {
      type: 'string',
      value: 'csv|parquet|markdown',
      help: 'all runs that match as a table for other programs',
    },
    ...FILE_OPTIONS,
  },
  summary: 'lists the runs, newest first',
  example: "anneal runs --filter 'schedule = one-cycle' --sort -validation/accuracy.best --limit 20",
  async run({ options, data, json, io }) {
    const limit = options.limit === undefined ? Infinity : wholeNumber('--limit', options.limit, 1, 1e9)
    const descending = options.sort?.startsWith('-') ?? false
    const column = options.sort?.slice(descending ? 1 : 0)
    const sort = column === undefined ? undefined : { column, descending }
    if (options.format !== undefined) {
      const format = namedFormat(options.format, TABLES)
      const to = { out: options.out, force: options.force, json }
      checkDestination(format, to, { isText: format !== 'parquet', isJson: false })
      const { bytes } = await withCore(data, ({ transport }) =>
        transport.call('export.table', { filter: options.filter, sort, fields: namesIn(options.columns), format }),
      )
      await deliver(bytes, { format }, to, io)
      return 0
    }
    if (options.group !== undefined || options.fold || options.columns !== undefined) {
      const fields = namesIn(options.columns) ?? LINE_FIELDS
      const query = { filter: options.filter, sort, groupBy: namesIn(options.group), fold: options.fold, fields }
      const table = await inWorkspace(data, NO_LINES, (transport) => tableLines(transport, query, limit))
      if (json) io.out(toJson(table.lines))
      else if (table.lines.length > 0) io.out(linesText(table.lines, fields, io.outWidth()))
      if (!json) io.err(`${countText(table.runs, table.runs, table.all)}${cutText(table)}\n`)
      return 0
    }
    const { rows, total, all } = await inWorkspace(data, NO_RUNS, (transport) =>
      listRuns(transport, { filter: options.filter, sort }, limit),
    )
    if (json) io.out(toJson(rows))
    else if (rows.length > 0) io.out(renderTable(COLUMNS, rows.map(cells), io.outWidth()))
    if (!json) io.err(`${countText(rows.length, total, all)}\n`)
    return 0
  },
})

const NO_RUNS: Listing = { rows: [], total: 0, all: 0 }
const NO_LINES: RunTable = { lines: [], total: 0, runs: 0, all: 0, hidden: 0 }

/** A folder without a database has no runs; looking must not make one. A folder that is not there is a mistake. */
function inWorkspace<T>(data: string, nothing: T, ask: (transport: Transport) => Promise<T>): Promise<T> {
  if (workspaceExists(data)) return withCore(data, ({ transport }) => ask(transport))
  if (!existsSync(data)) throw noWorkspace(data)
  return Promise.resolve(nothing)
}

/** Names between commas; undefined where the option was not given, or names nothing. */
function namesIn(option = ''): string[] | undefined {
  const names = option
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return names.length ? names : undefined
}

const cutText = ({ lines, total }: RunTable): string =>
  lines.length < total ? `; ${lines.length} of ${total} lines, --limit shows more` : ''

function countText(shown: number, total: number, all: number): string {
  if (all === 0) return 'No runs yet: `anneal quickstart` trains three.'
  if (total === 0) return `None of ${all} runs matches.`
  const runs = (n: number) => `${n} run${n === 1 ? '' : 's'}`
  if (shown < total) return `${shown} of ${runs(total)}; --limit shows more`
  return total < all ? `${shown} of ${runs(all)} match` : runs(all)
}
