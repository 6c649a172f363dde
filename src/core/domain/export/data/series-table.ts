import { type DataColumn, type DataTable, numberColumn } from './data-table'

/** One recorded series of one run: points in the order in which they were recorded. */
export interface RecordedSeries {
  run: string
  metric: string
  steps: Float64Array
  /** Wall times in ms since the epoch. */
  times: Float64Array
  values: Float64Array
}

/** long: a row a point. wide: a row a step of a run, a column a metric. */
export const SERIES_SHAPES = ['wide', 'long'] as const
export type SeriesShape = (typeof SERIES_SHAPES)[number]

/** Series as a table. @param metadata of the file, see {@link DataTable} */
export const seriesTable = (
  series: readonly RecordedSeries[],
  shape: SeriesShape,
  metadata: Record<string, string> = {},
): DataTable => ({ ...(shape === 'long' ? longTable(series) : wideTable(series)), metadata })

/** Columns run, metric, step, time_ms, value; the series one after the other, so that all is there and nothing is aligned. */
function longTable(series: readonly RecordedSeries[]): Omit<DataTable, 'metadata'> {
  const rows = series.reduce((sum, { steps }) => sum + steps.length, 0)
  const joined = (pick: (one: RecordedSeries) => Float64Array) => {
    const all = new Float64Array(rows)
    let at = 0
    for (const one of series) {
      all.set(pick(one), at)
      at += pick(one).length
    }
    return all
  }
  const repeated = (name: string, pick: (one: RecordedSeries) => string): DataColumn => ({
    name,
    kind: 'text',
    values: series.flatMap((one) => Array<string>(one.steps.length).fill(pick(one))),
  })
  return {
    rows,
    columns: [
      repeated('run', ({ run }) => run),
      repeated('metric', ({ metric }) => metric),
      numberColumn(
        'step',
        joined(({ steps }) => steps),
      ),
      numberColumn(
        'time_ms',
        joined(({ times }) => times),
      ),
      { name: 'value', kind: 'double', values: joined(({ values }) => values) },
    ],
  }
}

/**
 * Columns run (where there is more than one), step, and one a metric: null where a metric has no point at that step.
 * Runs in the order given, steps ascending; a step that was recorded more than once has as many rows, in the order of
 * recording.
 */
function wideTable(series: readonly RecordedSeries[]): Omit<DataTable, 'metadata'> {
  const metrics = [...new Set(series.map(({ metric }) => metric))]
  const runs = [...new Set(series.map(({ run }) => run))]
  const cells: (number | null)[][] = metrics.map(() => [])
  const steps: number[] = []
  const names: string[] = []
  for (const run of runs) {
    const own = series.filter((one) => one.run === run)
    const places = rowsOf(own)
    const base = steps.length
    for (const step of places.steps) {
      steps.push(step)
      names.push(run)
    }
    own.forEach(({ metric, values }, s) => {
      const column = cells[metrics.indexOf(metric)]!
      for (let row = column.length; row < steps.length; row++) column.push(null)
      places.rows[s]!.forEach((row, i) => (column[base + row] = values[i]!))
    })
  }
  for (const column of cells) for (let row = column.length; row < steps.length; row++) column.push(null)
  return {
    rows: steps.length,
    columns: [
      ...(runs.length > 1 ? [{ name: 'run', kind: 'text' as const, values: names }] : []),
      numberColumn('step', Float64Array.from(steps)),
      ...metrics.map((name, m): DataColumn => ({ name: free(name), kind: 'double', values: whole(cells[m]!) })),
    ],
  }
}

/** A metric may have the name of a column of our own. */
const free = (metric: string): string => (metric === 'step' || metric === 'run' ? `metric ${metric}` : metric)

/** A column without a gap as a typed array. */
const whole = (values: (number | null)[]): Float64Array | (number | null)[] =>
  values.includes(null) ? values : Float64Array.from(values as number[])

/** The rows of one run: the step of each, ascending, and the row of every point of every series. */
function rowsOf(series: readonly RecordedSeries[]): { steps: number[]; rows: number[][] } {
  /** How many rows each step needs. */
  const needed = new Map<number, number>()
  const nths = series.map(({ steps }) => {
    const seen = new Map<number, number>()
    return Array.from(steps, (step) => {
      const nth = seen.get(step) ?? 0
      seen.set(step, nth + 1)
      if (nth >= (needed.get(step) ?? 0)) needed.set(step, nth + 1)
      return nth
    })
  })
  const steps: number[] = []
  const firstRow = new Map<number, number>()
  for (const step of [...needed.keys()].sort((a, b) => a - b)) {
    firstRow.set(step, steps.length)
    for (let nth = needed.get(step)!; nth > 0; nth--) steps.push(step)
  }
  return {
    steps,
    rows: series.map((one, s) => Array.from(one.steps, (step, i) => firstRow.get(step)! + nths[s]![i]!)),
  }
}
