import { AppError } from '../domain/errors'
import { higherIsBetter } from '../domain/metrics'
import { nearest } from '../domain/nearest'
import { RunSpec } from '../domain/spec/run-spec'

/** A run's type, as `typeOf` has it. */
export const TYPE_COLUMN = `(CASE WHEN json_extract(run.spec, '$.rangeTest') IS NOT NULL THEN 'range-test'
    WHEN json_extract(run.spec, '$.group') GLOB 'confirm *' THEN 'confirm' ELSE 'training' END)`

/** Fields of a run row that a table may be sorted by, and their columns. */
const COLUMNS: Record<string, string> = {
  id: 'run.id',
  name: 'run.name',
  group: 'run.run_group',
  notes: 'run.notes',
  tags: 'run.tags',
  type: TYPE_COLUMN,
  status: 'run.status',
  reason: 'run.reason',
  steps: 'run.steps',
  totalSteps: 'run.total_steps',
  peakLr: 'run.peak_lr',
  divergedAt: 'run.diverged_at',
  createdAt: 'run.created_at',
  startedAt: 'run.started_at',
  endedAt: 'run.ended_at',
  duration: '(run.ended_at - run.started_at)',
  parameters: 'run.parameters',
  engine: "json_extract(run.engine, '$.kind')",
}

const AGGREGATES = ['last', 'min', 'max', 'best'] as const
const METRIC_COLUMN = /^(.+)\.(last|min|max|best)$/
const SPEC_FIELDS = Object.keys(RunSpec.entries)

/** How to sort runs: a join where a metric decides, the ORDER BY terms, and the parameters of both in order. */
export interface RunOrder {
  join: string
  terms: string
  parameters: (string | number)[]
}

/**
 * Translates a sort column: a field of a run row, `metric.last|min|max|best`, or a path into the spec
 * (`optimizer.momentum`; an object with a kind, such as `schedule`, is sorted by its kind).
 * Where a name means both, a metric that the workspace knows comes first. Runs without a value come last either way.
 *
 * @param knowsMetric whether any run has recorded a metric of this name
 * @throws AppError input.invalid for a column that is none of these
 */
export function runOrder(
  sort: { column: string; descending: boolean } | undefined,
  knowsMetric: (name: string) => boolean,
): RunOrder {
  const { column, descending } = sort ?? { column: 'createdAt', descending: true }
  const direction = descending ? 'DESC' : 'ASC'
  const order = (expression: string, join = '', parameters: (string | number)[] = []) => ({
    join,
    // Newest last within equals when ascending: the same direction throughout lets an index give the order.
    terms: `${expression} ${direction} NULLS LAST, run.key ${direction}`,
    parameters,
  })

  if (Object.hasOwn(COLUMNS, column)) return order(COLUMNS[column]!)
  const [, metric, aggregate] = METRIC_COLUMN.exec(column) ?? []
  const path = column.split('.')
  const inSpec = SPEC_FIELDS.includes(path[0]!)
  if (metric && aggregate && (knowsMetric(metric) || !inSpec)) {
    const best = higherIsBetter(metric) ? 'max' : 'min'
    return order(
      `metric.${aggregate === 'best' ? best : aggregate}`,
      'LEFT JOIN metric ON metric.run = run.key AND metric.name = ?',
      [metric],
    )
  }
  if (inSpec) {
    const json = `$${path.map((field) => `.${JSON.stringify(field)}`).join('')}`
    return order('coalesce(json_extract(run.spec, ?), json_extract(run.spec, ?))', '', [`${json}.kind`, json])
  }
  throw unknownColumn(column)
}

function unknownColumn(column: string): AppError {
  const known = [...Object.keys(COLUMNS), ...SPEC_FIELDS]
  const close = nearest(column, known)
  const allowed = `a column (${Object.keys(COLUMNS).join(', ')}), a path of the spec (optimizer.momentum) or a metric with .${AGGREGATES.join(', .')}`
  return new AppError(
    'input.invalid',
    `Runs cannot be sorted by ${JSON.stringify(column)}${close ? `: did you mean ${close}?` : '.'} Allowed: ${allowed}`,
    { field: 'sort.column', got: column, allowed },
  )
}
