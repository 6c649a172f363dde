import type { Transport } from '../../core/api/transport'
import { AppError } from '../../core/domain/errors'
import { SERIES_SHAPES } from '../../core/domain/export/data/series-table'
import { CODE_FORMATS, exportCode } from '../../core/domain/export/export-code'
import { exportSubject } from '../../core/domain/export/subject'
import { toPrettyJson } from '../../core/domain/json'
import { recipeYaml } from '../../core/domain/recipe/recipe-yaml'
import type { RunRow } from '../../core/domain/run'
import { defineCommand } from '../command'
import { exportBundle } from '../bundle-files'
import { checkDestination, deliver, FILE_OPTIONS } from '../exported'
import { namedFormat } from '../named-format'
import { withCore } from '../open-core'
import { resolveRuns } from '../resolve-runs'

type Write = (transport: Transport, row: RunRow) => Promise<string>

/** What is written of one run, as text. */
const TEXTS: Record<string, Write> = {
  recipe: async (transport, row) => toPrettyJson(await transport.call('runs.recipe', { run: row.id })),
  yaml: async (transport, row) => recipeYaml(await transport.call('runs.recipe', { run: row.id })),
  ...Object.fromEntries(
    CODE_FORMATS.map((format): [string, Write] => [
      format,
      async (_transport, row) => exportCode(exportSubject(row), format).code,
    ]),
  ),
}
const POINTS = ['csv', 'parquet'] as const
const BUNDLE = 'bundle'
const FORMATS = [...Object.keys(TEXTS), ...POINTS, BUNDLE]
const isPoints = (format: string): format is (typeof POINTS)[number] => POINTS.some((one) => one === format)

export const exportCommand = defineCommand({
  name: 'export',
  words: ['RUN…'],
  options: {
    format: {
      type: 'string',
      value: 'recipe|yaml|pytorch|keras|fastai|tfjs|csv|parquet|bundle',
      help: 'recipe, yaml: settings and results that `run` takes; pytorch, keras, fastai, tfjs: code with the same rates; csv, parquet: recorded points; bundle: whole runs, for `import`',
    },
    shape: { type: 'string', value: 'wide|long', help: 'points: a row a step (wide, the default) or a row a point' },
    metrics: { type: 'string', value: 'LIST', help: 'points: only these metrics, as train/loss,lr' },
    'no-checkpoints': { type: 'boolean', help: 'bundle: leave the checkpoints out, which are most of it' },
    ...FILE_OPTIONS,
  },
  summary: "writes a run's settings with their evidence, as code of other libraries too, or points of runs",
  example: 'anneal export k3v9 --format recipe --out best.json',
  notes: [
    'Code has one function train(model, batches …); its rate and momentum are those of the run at every update.',
    'wide: a column a metric, empty where it has no point at that step. long: run, metric, step, time_ms, value.',
    'CSV writes NaN and infinities as words; text that a spreadsheet would run as a formula gets an apostrophe.',
  ],
  async run({ words, options, data, json, io }) {
    const format = namedFormat(options.format, FORMATS)
    const shape = options.shape === undefined ? 'wide' : SERIES_SHAPES.find((one) => one === options.shape)
    if (!shape)
      throw new AppError('input.invalid', `--shape must be wide or long, got "${options.shape}"`, { field: '--shape' })
    const to = { out: options.out, force: options.force, json }
    checkDestination(format, to, { isText: format !== 'parquet' && format !== BUNDLE, isJson: format === 'recipe' })
    if (format === BUNDLE)
      return exportBundle(words, { ...to, out: options.out!, checkpoints: !options['no-checkpoints'] }, data, io)
    const { content, runs } = await withCore(data, async ({ transport }) => {
      const rows = await resolveRuns(transport, words)
      const ids = rows.map(({ id }) => id)
      if (!isPoints(format)) return { content: await TEXTS[format]!(transport, only(rows, format)), runs: ids }
      const metrics = options.metrics?.split(',').map((metric) => metric.trim())
      const { bytes } = await transport.call('export.series', { runs: ids, metrics, format, shape })
      return { content: bytes, runs: ids }
    })
    await deliver(content, runs.length === 1 ? { run: runs[0], format } : { runs, format }, to, io)
    return 0
  },
})

function only(rows: readonly RunRow[], format: string): RunRow {
  if (rows.length === 1) return rows[0]!
  throw new AppError('input.invalid', `--format ${format} is of one run, got ${rows.length}`, {
    field: 'RUN',
    allowed: 'one run',
    got: String(rows.length),
  })
}
