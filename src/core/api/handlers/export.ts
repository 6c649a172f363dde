import { csvSteps } from '../../domain/export/data/csv'
import { type DataTable, TABLE_FORMATS, type TableFormat } from '../../domain/export/data/data-table'
import { markdownSteps } from '../../domain/export/data/markdown'
import { parquetSteps } from '../../domain/export/data/parquet'
import { RUN_FIELDS, runTableSteps } from '../../domain/export/data/run-table'
import { type RecordedSeries, seriesTable } from '../../domain/export/data/series-table'
import { fileBase } from '../../domain/export/file-name'
import { AppError } from '../../domain/errors'
import { compileFilter } from '../../domain/filter/filter'
import type { RunRow } from '../../domain/run'
import { type Steps, withBreaks } from '../../domain/steps'
import { sortRuns } from '../../domain/table/order'
import type { ExportedFile } from '../contract'
import { taskBreaks } from '../task-breaks'
import type { HandlerContext, HandlersOf } from './context'

/** Points in one file: more than this is a gigabyte as text, and no program opens it. */
const MAX_POINTS = 20_000_000

export function exportHandlers({ storage, version }: HandlerContext): Omit<HandlersOf<'export'>, 'export.bundle'> {
  const facts = { 'anneal.version': version }
  return {
    'export.table': async ({ filter, runs, sort, fields = RUN_FIELDS, format }, signal) => {
      const pause = taskBreaks(signal)
      const rows = runs ? runs.map((run) => storage.runs.get(run)) : sortRuns(storage.runs.all(), sort)
      const matching = filter?.trim() ? rows.filter(compileFilter(filter)) : rows
      return fileOf('runs', await withBreaks(runTableSteps(matching, fields, facts), pause), format, pause)
    },
    'export.series': async ({ runs, metrics, format, shape }, signal) => {
      const rows = [...new Set(runs)].map((run) => storage.runs.get(run))
      const series = rows.flatMap((row) => seriesOf(row, metrics, storage.metrics.series))
      if (series.length === 0) throw nothingRecorded(rows, metrics)
      checkSize(series)
      const metadata = {
        ...facts,
        'anneal.runs': JSON.stringify(rows.map(({ id, name, spec }) => ({ id, name, spec }))),
      }
      const table = seriesTable(series, shape, metadata)
      return fileOf(rows.length === 1 ? fileBase(rows[0]!) : 'series', table, format, taskBreaks(signal))
    },
  }
}

/** The series of a run, in the order of its metrics or of those asked for. Exact, with every time. */
function seriesOf(
  { id, metrics: recorded }: RunRow,
  asked: readonly string[] | undefined,
  read: (run: string, metric: string) => Omit<RecordedSeries, 'run' | 'metric'>,
): RecordedSeries[] {
  const metrics = asked ? asked.filter((metric) => Object.hasOwn(recorded, metric)) : Object.keys(recorded)
  return metrics.map((metric) => ({ run: id, metric, ...read(id, metric) }))
}

function nothingRecorded(rows: readonly RunRow[], metrics: readonly string[] | undefined): AppError {
  const known = [...new Set(rows.flatMap(({ metrics: recorded }) => Object.keys(recorded)))]
  return metrics && known.length
    ? new AppError('metric.notFound', `None of the runs has ${metrics.join(', ')}. They have: ${known.join(', ')}`, {
        field: 'metrics',
        got: metrics.join(', '),
        allowed: known.join(', '),
      })
    : new AppError('metric.notFound', 'There is nothing to export: no point was recorded yet', { field: 'runs' })
}

function checkSize(series: readonly RecordedSeries[]): void {
  const points = series.reduce((sum, { steps }) => sum + steps.length, 0)
  if (points <= MAX_POINTS) return
  throw new AppError('request.tooLarge', `These are ${points} points; one file holds at most ${MAX_POINTS}`, {
    field: 'runs',
    got: String(points),
    allowed: `${MAX_POINTS} points`,
    hint: 'Name fewer runs or metrics, or export a bundle, which has no such limit',
  })
}

const encoder = new TextEncoder()

const WRITERS: Record<TableFormat, (table: DataTable) => Steps<string | Uint8Array>> = {
  csv: csvSteps,
  parquet: parquetSteps,
  markdown: markdownSteps,
}

/** A table as a file, written piece by piece so that others have their turn. */
async function fileOf(
  base: string,
  table: DataTable,
  format: TableFormat,
  pause: () => Promise<void> | undefined,
): Promise<ExportedFile> {
  const { ending, type } = TABLE_FORMATS[format]
  const content = await withBreaks<string | Uint8Array>(WRITERS[format](table), pause)
  return { name: `${base}.${ending}`, type, bytes: typeof content === 'string' ? encoder.encode(content) : content }
}
