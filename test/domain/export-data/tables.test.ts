import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet'
import { afterAll, describe, expect, it } from 'vitest'
import { tableCsv } from '../../../src/core/domain/export/data/csv'
import type { DataTable } from '../../../src/core/domain/export/data/data-table'
import { tableMarkdown } from '../../../src/core/domain/export/data/markdown'
import { tableParquet } from '../../../src/core/domain/export/data/parquet'
import { runTable } from '../../../src/core/domain/export/data/run-table'
import { type RecordedSeries, seriesTable } from '../../../src/core/domain/export/data/series-table'
import { runRow, summaryOf } from '../rows'

const series = (run: string, metric: string, steps: number[], values: number[]): RecordedSeries => ({
  run,
  metric,
  steps: Float64Array.from(steps),
  times: Float64Array.from(steps, (step) => 1000 + step + 0.25),
  values: Float64Array.from(values),
})
/** Everything that a careless writer loses: NaN, infinities, −0, the least number, a step twice, steps that go back. */
const HOSTILE = [
  series('a', 'train/loss', [0, 1, 2, 3, 4, 5], [0.1, NaN, Infinity, -Infinity, -0, 5e-324]),
  series('a', 'validation/loss', [2, 5, 5], [1, 2, 3]),
  series('b', 'train/loss', [3, 1, 0.5], [1 / 3, 2, 1e300]),
]
const METADATA = { 'anneal.version': '9.9.9', 'anneal.runs': '["a","b"]' }
const bufferOf = (table: DataTable): ArrayBuffer => tableParquet(table).slice().buffer
const bits = (values: Iterable<number>) => [...new BigUint64Array(Float64Array.from(values).buffer)]

describe('series as CSV', () => {
  it('wide: a row a step, as many rows as a step was recorded times, words for what is not finite', () => {
    expect(tableCsv(seriesTable(HOSTILE.slice(0, 2), 'wide'))).toBe(
      [
        'step,train/loss,validation/loss',
        '0,0.1,',
        '1,NaN,',
        '2,Infinity,1',
        '3,-Infinity,',
        '4,-0,',
        '5,5e-324,2',
        '5,,3',
        '',
      ].join('\n'),
    )
  })

  it('wide, several runs: the run in front, runs one after the other', () => {
    const lines = tableCsv(seriesTable(HOSTILE, 'wide')).split('\n')
    expect(lines[0]).toBe('run,step,train/loss,validation/loss')
    expect(lines.slice(8, 11)).toEqual(['b,0.5,1e+300,', 'b,1,2,', `b,3,${1 / 3},`])
  })

  it('long: every point in the order of recording, with its time', () => {
    const lines = tableCsv(seriesTable(HOSTILE, 'long')).split('\n')
    expect(lines[0]).toBe('run,metric,step,time_ms,value')
    expect(lines).toHaveLength(1 + 12 + 1)
    expect(lines.at(-2)).toBe('b,train/loss,0.5,1000.75,1e+300')
  })

  it('keeps a metric apart that has the name of a column of our own', () => {
    const table = seriesTable([series('a', 'step', [0], [7])], 'wide')
    expect(tableCsv(table)).toBe('step,metric step\n0,7\n')
  })
})

describe('text in CSV', () => {
  it.each([
    ['=HYPERLINK("http://evil")', `"'=HYPERLINK(""http://evil"")"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['a,b', '"a,b"'],
    ['say "hi"\nthere', '"say ""hi""\nthere"'],
    ['plain', 'plain'],
  ])('%j never becomes a formula or another cell', (name, cell) => {
    expect(tableCsv(runTable([runRow({ name })], ['name']))).toBe(`name\n${cell}\n`)
  })

  it('leaves negative numbers numbers', () => {
    const table = runTable([runRow({ metrics: { score: summaryOf(-0.5) } })], ['score.last'])
    expect(tableCsv(table)).toBe('score.last\n-0.5\n')
  })
})

describe('Parquet', () => {
  it.each(['long', 'wide'] as const)('%s: an independent reader finds every bit', async (shape) => {
    const table = seriesTable(HOSTILE, shape, METADATA)
    const rows = await parquetReadObjects({ file: bufferOf(table) })
    expect(rows).toHaveLength(table.rows)
    for (const { name, kind, values } of table.columns) {
      const read = rows.map((row) => row[name] as unknown)
      if (kind === 'text') expect(read).toEqual([...values])
      else {
        const given = Array.from<number | null>(values)
        expect(read.map((value) => value === null || value === undefined)).toEqual(given.map((value) => value === null))
        const numbers = (all: unknown[]) => all.filter((value) => value !== null && value !== undefined).map(Number)
        expect(bits(numbers(read))).toEqual(bits(numbers(given)))
      }
    }
  })

  it('has int64, double and text columns, and says which program and runs it is of', () => {
    const metadata = parquetMetadata(bufferOf(seriesTable(HOSTILE.slice(0, 2), 'long', METADATA)))
    expect(parquetSchema(metadata).children.map(({ element: { name, type } }) => `${name} ${type}`)).toEqual([
      'run BYTE_ARRAY',
      'metric BYTE_ARRAY',
      'step INT64',
      'time_ms DOUBLE',
      'value DOUBLE',
    ])
    expect(metadata.created_by).toBe('Anneal 9.9.9')
    expect(metadata.key_value_metadata).toEqual(expect.arrayContaining([{ key: 'anneal.runs', value: '["a","b"]' }]))
  })

  const folder = mkdtempSync(join(tmpdir(), 'anneal-parquet-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const python = spawnSync('python3', ['-c', 'import pyarrow'])
  const noPyarrow = python.status !== 0
  it.skipIf(noPyarrow)(
    `is read by pyarrow${noPyarrow ? ' (NOT CHECKED HERE: this python3 has no pyarrow)' : ''}`,
    () => {
      const file = join(folder, 'series.parquet')
      writeFileSync(file, tableParquet(seriesTable(HOSTILE, 'long', METADATA)))
      const script = `
import pyarrow.parquet as p, sys
t = p.read_table(sys.argv[1])
print([str(f.type) for f in t.schema], [v.hex() for v in t.column('value').to_pylist()], t.schema.metadata[b'anneal.version'])`
      const told = execFileSync('python3', ['-c', script, file], { encoding: 'utf8' })
      expect(told).toContain("['string', 'string', 'double', 'double', 'double']")
      expect(told).toContain("'nan', 'inf', '-inf', '-0x0.0p+0', '0x0.0000000000001p-1022'")
      expect(told).toContain("b'9.9.9'")
    },
  )
})

describe('runs as a table', () => {
  const rows = [
    runRow({ id: 'a', tags: ['x', 'y'], metrics: { 'train/loss': summaryOf(1, NaN) } }),
    runRow({ id: 'b', name: 'pipe | *bold*', divergedAt: 12 }),
  ]
  it('has the columns asked for, nothing where a run has no value, and NaN where it has that', () => {
    expect(tableCsv(runTable(rows, ['id', 'tags', 'train/loss.last', 'divergedAt', 'schedule.maxLr']))).toBe(
      'id,tags,train/loss.last,divergedAt,schedule.maxLr\na,"x, y",NaN,,0.4\nb,,,12,0.4\n',
    )
  })
  it('as Markdown: no text ends its cell or becomes markup, a dash is only what is missing', () => {
    expect(tableMarkdown(runTable(rows, ['name', 'train/loss.last']))).toBe(
      '| name | train/loss.last |\n| --- | --: |\n| plain | NaN |\n| pipe \\| \\*bold\\* | – |\n',
    )
  })
  it('refuses a field that does not exist', () => {
    expect(() => runTable(rows, ['schedule.maxlr'])).toThrow(/did you mean schedule\.maxLr/)
  })
})
