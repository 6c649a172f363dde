import type { Transport } from '../../core/api/transport'
import { AppError } from '../../core/domain/errors'
import { CODE_FORMATS, exportCode } from '../../core/domain/export/export-code'
import { exportSubject } from '../../core/domain/export/subject'
import { nearest } from '../../core/domain/nearest'
import type { RunRow } from '../../core/domain/run'
import { defineCommand } from '../command'
import { toJson, toPrettyJson } from '../../core/domain/json'
import { withCore } from '../open-core'
import { resolveRuns } from '../resolve-runs'
import { type CsvSeries, seriesCsv } from '../series-csv'
import { writeWhole } from '../write-file'

type Format = (transport: Transport, row: RunRow) => Promise<string>

const FORMATS: Record<string, Format> = {
  recipe: async (transport, row) => toPrettyJson(await transport.call('runs.recipe', { run: row.id })),
  ...Object.fromEntries(
    CODE_FORMATS.map((format): [string, Format] => [
      format,
      async (_transport, row) => exportCode(exportSubject(row), format).code,
    ]),
  ),
  async csv(transport, row) {
    const series: CsvSeries[] = []
    for (const metric of Object.keys(row.metrics))
      series.push(await transport.call('metrics.series', { run: row.id, metric }))
    return seriesCsv(series)
  },
}

function formatNamed(name: string | undefined): Format {
  const known = Object.keys(FORMATS)
  if (name !== undefined && Object.hasOwn(FORMATS, name)) return FORMATS[name]!
  const near = name === undefined ? null : nearest(name, known)
  const got = name === undefined ? 'nothing' : `"${name}"${near ? ` (did you mean ${near}?)` : ''}`
  throw new AppError('input.invalid', `--format must be one of ${known.join(', ')}, got ${got}`, {
    field: '--format',
    allowed: known.join(', '),
    got,
  })
}

export const exportCommand = defineCommand({
  name: 'export',
  words: ['RUN'],
  options: {
    format: {
      type: 'string',
      value: 'recipe|pytorch|keras|fastai|tfjs|csv',
      help: 'recipe: settings and results as JSON that `run` takes; pytorch, keras, fastai, tfjs: code with the same rates; csv: a row a step',
    },
    out: { type: 'string', value: 'FILE', help: 'write a file (default: standard output)' },
    force: { type: 'boolean', help: 'replace a file that is there' },
  },
  summary: "writes a run's settings with their evidence, as code of other libraries too, or its points",
  example: 'anneal export k3v9 --format recipe --out best.json',
  notes: [
    'Code has one function train(model, batches …); its rate and momentum are those of the run at every update.',
    'CSV: one column a metric, empty where it has no point at that step; NaN and infinities are written as words.',
  ],
  async run({ words, options, data, json, io }) {
    const format = formatNamed(options.format)
    if (json && options.out === undefined && options.format !== 'recipe')
      throw new AppError('input.invalid', `--json with --format ${options.format} needs --out FILE: it is not JSON`, {
        field: '--json',
      })
    const { text, run } = await withCore(data, async ({ transport }) => {
      const [row] = await resolveRuns(transport, words)
      return { text: await format(transport, row!), run: row!.id }
    })
    if (options.out === undefined) {
      io.out(text)
      return 0
    }
    const file = await writeWhole(options.out, text, { force: options.force })
    if (json) io.out(toJson({ run, format: options.format, file, bytes: Buffer.byteLength(text) }))
    else io.err(`Wrote ${file}\n`)
    return 0
  },
})
