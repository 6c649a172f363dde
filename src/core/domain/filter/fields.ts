import type * as v from 'valibot'
import { AppError } from '../errors'
import { bestOf, type MetricSummary } from '../metrics'
import { nearest } from '../nearest'
import { type RunRow, typeOf } from '../run'
import { RunSpec } from '../spec/run-spec'
import { filterError } from './tokens'

/** What a field of a filter, a column, a group or an axis reads of a run; undefined or null where the run has none. */
export interface Field {
  /** Full name: a column, a path of the spec, or metric.last|min|max|best|bestStep. */
  name: string
  read: (row: RunRow) => unknown
  /** The metric that it reads, where it reads one. */
  metric?: string
}

const duration = ({ startedAt, endedAt }: RunRow) =>
  startedAt === null || endedAt === null ? null : endedAt - startedAt

/** Columns of the table by the names that sorting uses too. Times and durations are in ms. */
const COLUMNS: Record<string, (row: RunRow) => unknown> = {
  id: (row) => row.id,
  name: (row) => row.name,
  group: (row) => row.group,
  tags: (row) => row.tags,
  notes: (row) => row.notes,
  type: typeOf,
  status: (row) => row.status,
  reason: (row) => row.reason,
  steps: (row) => row.steps,
  totalSteps: (row) => row.totalSteps,
  peakLr: (row) => row.peakLr,
  divergedAt: (row) => row.divergedAt,
  createdAt: (row) => row.createdAt,
  startedAt: (row) => row.startedAt,
  endedAt: (row) => row.endedAt,
  duration,
  parameters: (row) => row.parameters,
  engine: (row) => row.engine?.kind,
  hidden: (row) => row.hidden,
  pinned: (row) => row.pinned,
  colour: (row) => row.colour,
}

/** Short words for what people filter and sort by most. */
export const SHORTHANDS: Readonly<Record<string, string>> = {
  lr: 'peakLr',
  tag: 'tags',
  batch: 'batchSize',
  schedule: 'schedule.kind',
  dataset: 'dataset.kind',
  optimizer: 'optimizer.kind',
  model: 'model.preset',
}

/** What of a metric's summary a field may read. */
const AGGREGATES = {
  last: (_: string, summary: MetricSummary) => summary.last,
  min: (_: string, summary: MetricSummary) => summary.min,
  max: (_: string, summary: MetricSummary) => summary.max,
  best: (metric: string, summary: MetricSummary) => bestOf(metric, summary).value,
  bestStep: (metric: string, summary: MetricSummary) => bestOf(metric, summary).step,
}
export type Aggregate = keyof typeof AGGREGATES
export const AGGREGATE_NAMES = Object.keys(AGGREGATES) as readonly Aggregate[]
const METRIC_FIELD = new RegExp(`^(.+)\\.(${AGGREGATE_NAMES.join('|')})$`, 's')

type AnySchema = Partial<{
  wrapped: AnySchema
  pipe: AnySchema[]
  options: AnySchema[]
  entries: Record<string, AnySchema>
}>

/** Paths of all plain values that the schema allows, whichever kinds a spec chooses. */
function leaves(schema: AnySchema, prefix = ''): string[] {
  if (schema.wrapped) return leaves(schema.wrapped, prefix)
  if (schema.entries)
    return Object.entries(schema.entries).flatMap(([key, entry]) => leaves(entry, prefix ? `${prefix}.${key}` : key))
  if (schema.options?.every((option) => typeof option === 'object'))
    return schema.options.flatMap((option) => leaves(option, prefix))
  const first = schema.pipe?.[0]
  return first && first !== schema && (first.entries || first.wrapped) ? leaves(first, prefix) : [prefix]
}

/** Paths of the spec that are no columns. */
const SPEC_PATHS = [...new Set(leaves(RunSpec as v.GenericSchema as AnySchema))].filter(
  (path) => !Object.hasOwn(COLUMNS, path),
)

/** A name written in full where it is short for exactly one column or path of the spec; otherwise null or all that fit. */
function fullName(name: string): string | string[] | null {
  if (Object.hasOwn(SHORTHANDS, name)) return SHORTHANDS[name]!
  if (Object.hasOwn(COLUMNS, name) || SPEC_PATHS.includes(name)) return name
  const ends = SPEC_PATHS.filter((path) => path.endsWith(`.${name}`))
  return ends.length > 1 ? ends : (ends[0] ?? null)
}

function specValue(row: RunRow, path: readonly string[]): unknown {
  let value: unknown = row.spec
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

/** The field of a metric, whatever its name may mean otherwise. */
export function metricField(metric: string, aggregate: Aggregate): Field {
  const read = AGGREGATES[aggregate]
  return {
    name: `${metric}.${aggregate}`,
    metric,
    read: ({ metrics }) => (Object.hasOwn(metrics, metric) ? read(metric, metrics[metric]!) : undefined),
  }
}

/** A field by its name; all paths that the name is short for where there are several; null where there is none. */
function resolve(name: string): Field | string[] | null {
  const exact = SPEC_PATHS.includes(name)
  const [, metric, aggregate] = (!exact && METRIC_FIELD.exec(name)) || []
  if (metric && aggregate) return metricField(metric, aggregate as Aggregate)
  const full = fullName(name)
  if (typeof full !== 'string') return full
  if (Object.hasOwn(COLUMNS, full)) return { name: full, read: COLUMNS[full]! }
  const path = full.split('.')
  return { name: full, read: (row) => specValue(row, path) }
}

/** What a name may have meant that is no field. */
function hintFor(name: string): string {
  const near = nearest(name, [...Object.keys(SHORTHANDS), ...Object.keys(COLUMNS), ...SPEC_PATHS])
  if (near) return `did you mean ${near}?`
  const last = /[\s"']/.test(name) ? JSON.stringify(`${name}.last`) : `${name}.last`
  return `for a metric write ${last}, .min, .max, .best or .bestStep`
}

const ANY_FIELD = 'a column, a path of the spec, or a metric with .last, .min, .max, .best or .bestStep'

/**
 * The field that a word of a filter means: a column, a path of the spec, metric.last|min|max|best|bestStep, or a short
 * form: lr (peak rate), tag, batch, schedule, dataset, optimizer, model (their kinds), or the end of exactly one path
 * (maxLr, weightDecay). A metric comes before the end of a path, a whole path before a metric.
 *
 * @param at where the word stands in the filter
 * @throws AppError `input.invalid` for a name that is none of these, or short for several
 */
export function fieldOf(name: string, at: number): Field {
  const field = resolve(name)
  if (Array.isArray(field))
    throw filterError(at, 'the name of one field', JSON.stringify(name), `it may be ${field.join(' or ')}`)
  if (field) return field
  throw filterError(at, `a field: ${ANY_FIELD}`, JSON.stringify(name), hintFor(name))
}

/**
 * The field that an input names outside of a filter: what a table sorts or groups by, a column, an axis. The same names.
 *
 * @param where the input's field, for the error
 * @throws AppError `input.invalid`
 */
export function namedField(name: string, where: string): Field {
  const field = resolve(name)
  if (field && !Array.isArray(field)) return field
  const hint = field ? `it may be ${field.join(' or ')}` : hintFor(name)
  throw new AppError(
    'input.invalid',
    `${where}: ${JSON.stringify(name)} is no field (${hint}). Allowed: ${ANY_FIELD}`,
    { field: where, got: name, allowed: ANY_FIELD, hint },
  )
}

/** Every name that a run may have a value under, metrics aside. What the spec says never changes, the columns do. */
export const COLUMN_NAMES: readonly string[] = Object.keys(COLUMNS)
export const SPEC_NAMES: readonly string[] = SPEC_PATHS
