import { formatCount, formatDuration, formatRate } from '../../core/domain/format'
import { missingText } from '../../core/domain/missing-text'
import { metricText } from '../../core/domain/metric-words'
import { bestOf } from '../../core/domain/metrics'
import type { DatasetSummary, RunRow } from '../../core/domain/run'
import { describeSchedule } from '../../core/domain/schedules/registry'
import { momentumOf } from '../../core/domain/spec/optimizers'
import { systemUnit } from '../../core/domain/system-metrics'
import { defineCommand } from '../command'
import { formatMoment, statusText } from '../format-value'
import { toJson } from '../../core/domain/json'
import { withCore } from '../open-core'
import { sweptText } from '../range-test-text'
import { resolveRuns } from '../resolve-runs'
import { renderTable } from '../table'
import { printable } from '../text'

const learned = ({ classes, targets }: DatasetSummary): string =>
  targets ? `learns ${targets.map(({ name }) => name).join(', ')}` : `${classes} classes`

function facts(row: RunRow): [string, string | null][] {
  const { spec, engine, dataset, environment } = row
  return [
    ['run', `${row.id}  ${row.name}`],
    ['status', statusText(row)],
    ['reason', row.reason],
    ['group', row.group || null],
    ['tags', row.tags.join(', ') || null],
    ['updates', `${formatCount(row.steps)} of ${formatCount(row.totalSteps)}`],
    ['missing', row.missing === undefined ? null : missingText(row.missing, row.steps)],
    ['range test', spec.rangeTest ? sweptText(spec.rangeTest) : null],
    ['schedule', spec.rangeTest ? null : describeSchedule(spec.schedule, Math.max(1, row.totalSteps))],
    ['peak rate', formatRate(row.peakLr)],
    [
      'data',
      dataset &&
        `${dataset.label}: ${formatCount(dataset.train)} + ${formatCount(dataset.validation)}, ${dataset.shape.join('×')}, ${learned(dataset)}`,
    ],
    ['about it', dataset?.notes?.join('; ') ?? null],
    [
      'model',
      `${'preset' in spec.model ? spec.model.preset : `${spec.model.layers.length} layers`}${row.parameters === null ? '' : `, ${formatCount(row.parameters)} weights`}`,
    ],
    [
      'optimizer',
      `${spec.optimizer.kind}, ${'momentum' in spec.optimizer ? 'momentum' : 'beta1'} ${momentumOf(spec.optimizer)}, weight decay ${spec.optimizer.weightDecay}, batch ${spec.batchSize}`,
    ],
    ['seed', String(spec.seed)],
    ['engine', engine && engine.label],
    ['threads', engine && String(engine.threads)],
    ['why not faster', engine && engine.whyNotFaster],
    [
      'machine',
      environment &&
        `${environment.platform}, ${environment.cpu}, ${environment.cores} cores, ${environment.memoryGb} GB`,
    ],
    ['versions', environment && `Anneal ${environment.anneal}, Node ${environment.node}`],
    ['created', formatMoment(row.createdAt)],
    [
      'trained',
      row.startedAt === null
        ? null
        : `${formatMoment(row.startedAt)}${row.endedAt === null ? ', still running' : `, for ${formatDuration(row.endedAt - row.startedAt)}`}`,
    ],
    ['notes', row.notes || null],
  ]
}

const METRIC_COLUMNS = [
  { head: 'metric', least: 12 },
  { head: 'points', align: 'right' as const },
  { head: 'last', align: 'right' as const },
  { head: 'best', align: 'right' as const },
  { head: 'at', align: 'right' as const },
  { head: 'non-finite', align: 'right' as const },
]

function metricCells([metric, summary]: [string, RunRow['metrics'][string]]): string[] {
  // Nothing that the machine does is good or bad: what is told of it is the most.
  const isSystem = systemUnit(metric) !== null
  const best = isSystem ? { value: summary.max, step: summary.maxStep } : bestOf(metric, summary)
  return [
    metric,
    formatCount(summary.count),
    metricText(metric, summary.last),
    `${isSystem ? 'most ' : ''}${metricText(metric, best.value)}`,
    formatCount(best.step),
    summary.nonFinite === 0 ? '0' : `${formatCount(summary.nonFinite)} from ${summary.firstNonFiniteStep}`,
  ]
}

export const showCommand = defineCommand({
  name: 'show',
  words: ['RUN'],
  options: {},
  summary:
    'shows one run: settings, engine, data, and each metric with its last and best value, the most of what the machine did',
  example: 'anneal show k3v9',
  notes: ['RUN is an id, the beginning of one, or a name, where exactly one run matches.'],
  async run({ words, data, json, io }) {
    const [row] = await withCore(data, ({ transport }) => resolveRuns(transport, words))
    if (json) {
      io.out(toJson(row))
      return 0
    }
    for (const [name, value] of facts(row!)) if (value !== null) io.out(`${name.padEnd(14)}  ${printable(value)}\n`)
    const metrics = Object.entries(row!.metrics)
    if (metrics.length) io.out(`\n${renderTable(METRIC_COLUMNS, metrics.map(metricCells), io.outWidth())}`)
    return 0
  },
})
