import type { Comparison, ComparisonRow } from '../core/domain/compare/compare'
import { formatDuration } from '../core/domain/format'
import { metricText } from '../core/domain/metric-words'
import { METRIC } from '../core/domain/metrics'
import { formatCell, statusText } from './format-value'
import { type Column, renderTable } from './table'
import { fit, printable, textWidth } from './text'

const NAME_WIDTH = 24
const LEAST_CELL = 8

/**
 * A comparison as plain text: the settings that differ, then the results, one column a run.
 * Runs that do not fit beside each other on `width` columns follow in further blocks.
 */
export function comparisonText(comparison: Comparison, width: number): string {
  const blocks = blocksOf(comparison, width)
  return blocks.map((runs) => blockText(comparison, runs, width)).join('\n')
}

const heads = (comparison: Comparison): string[] =>
  comparison.runs.map(({ id, name }) => fit(printable(name), NAME_WIDTH) || id)

const rowsOf = (comparison: Comparison): ComparisonRow[] => [
  ...comparison.parameters.filter(({ differs }) => differs),
  ...comparison.results,
]

/** Indices of the runs that share a block. */
function blocksOf(comparison: Comparison, width: number): number[][] {
  const first = Math.max(...rowsOf(comparison).map(({ path }) => textWidth(path)), 0)
  const blocks: number[][] = [[]]
  let used = first
  heads(comparison).forEach((head, run) => {
    const cell = 2 + Math.max(LEAST_CELL, textWidth(head))
    if (used + cell > width && blocks.at(-1)!.length > 0) {
      blocks.push([])
      used = first
    }
    blocks.at(-1)!.push(run)
    used += cell
  })
  return blocks
}

function blockText(comparison: Comparison, runs: readonly number[], width: number): string {
  const names = heads(comparison)
  const columns = (title: string): Column[] => [
    { head: title, least: 12 },
    ...runs.map((run) => ({ head: names[run]!, align: 'right' as const, least: LEAST_CELL })),
  ]
  const cells = (rows: readonly ComparisonRow[], format: (row: ComparisonRow, run: number) => string) =>
    rows.map((row) => [row.path, ...runs.map((run) => format(row, run))])
  const differing = comparison.parameters.filter(({ differs }) => differs)
  const same = comparison.parameters.length - differing.length
  const settings = differing.length
    ? renderTable(
        columns('setting'),
        cells(differing, (row, run) => formatCell(row.values[run])),
        width,
      )
    : 'No setting differs.\n'
  const status = ['status', ...runs.map((run) => statusText(comparison.runs[run]!))]
  const ids = ['id', ...runs.map((run) => comparison.runs[run]!.id)]
  const results = cells(comparison.results, (row, run) => formatResult(row.path, row.values[run])).map(
    ([path, ...values]) => [path!.replace(' (ms)', ''), ...values],
  )
  const note = same && differing.length ? `(${same === 1 ? '1 setting is' : `${same} settings are`} the same)\n` : ''
  return `${settings}${note}\n${renderTable(columns('result'), [ids, status, ...results], width)}`
}

/** A result's name ends with the metric it is of; times are in ms. */
function formatResult(path: string, value: unknown): string {
  if (typeof value !== 'number') return formatCell(value)
  if (path.endsWith('(ms)')) return formatDuration(value)
  const metric = path.split(' ').at(-1)!
  return metric === METRIC.lr || metric.includes('/') ? metricText(metric, value) : formatCell(value)
}
