/** One recorded series: the value of each point at its step. */
export interface CsvSeries {
  metric: string
  steps: ArrayLike<number>
  values: ArrayLike<number>
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/**
 * CSV (RFC 4180, line ends \n) with one row a step and one column a metric: empty where a metric has no point there,
 * NaN, Infinity and -Infinity as these words, other numbers so that reading gives back the same bits.
 * A step that was recorded more than once has as many rows, in the order of recording.
 */
export function seriesCsv(series: readonly CsvSeries[]): string {
  const rows = new Map<number, string[][]>()
  series.forEach(({ steps, values }, column) => {
    const seen = new Map<number, number>()
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!
      const nth = seen.get(step) ?? 0
      seen.set(step, nth + 1)
      const atStep = rows.get(step) ?? []
      rows.set(step, atStep)
      atStep[nth] ??= Array<string>(series.length).fill('')
      atStep[nth]![column] = Object.is(values[i], -0) ? '-0' : String(values[i])
    }
  })
  const lines = [['step', ...series.map(({ metric }) => quoted(metric))].join(',')]
  for (const step of [...rows.keys()].sort((a, b) => a - b))
    for (const cells of rows.get(step)!) lines.push(`${step},${cells.join(',')}`)
  return `${lines.join('\n')}\n`
}
