import type { Output } from '../../../core/api/contract'
import { higherIsBetter } from '../../../core/domain/metrics'
import { countOf } from '../../format/run-words'
import type { SearchOption } from '../../components/search-options'
import { fieldLabel } from '../../run-table/columns'
import { DEFAULT_COLUMNS } from '../../run-table/default-columns'
import { AGGREGATES, metricOf } from '../../run-table/field-text'

type Fields = Output<'runs.fields'>

/** Columns that say something about every run, whatever the workspace holds. */
const ALWAYS = [...DEFAULT_COLUMNS.filter((id) => id !== 'visible' && id !== 'name'), 'tags', 'createdAt', 'endedAt']
/** Flags of the table itself, and texts that are the same as others. */
const NEVER = new Set(['name', 'hidden', 'pinned', 'colour'])
/** Nobody groups by what every run has its own of. */
const OWN = new Set(['id', 'name', 'notes', 'reason', 'createdAt', 'startedAt', 'endedAt', 'duration'])
/** What people group by most, in this order. */
const GROUPS_FIRST = [
  'status',
  'schedule.kind',
  'optimizer.kind',
  'tags',
  'group',
  'model.preset',
  'dataset.kind',
  'batchSize',
]

/** Everything that may be a column: the chosen ones first, in their order, then parameters, then metrics. */
export function columnOptions(fields: Fields, chosen: readonly string[]): SearchOption[] {
  const counts = new Map(fields.fields.map(({ name, runs }) => [name, runs]))
  const metrics = fields.metrics.flatMap(({ name }) =>
    // The best is the greatest or the least: the other one says less, but is there too.
    AGGREGATES.map((aggregate) => `${name}.${aggregate}`),
  )
  const ids = [...chosen, ...ALWAYS, ...counts.keys(), ...metrics].filter((id) => !NEVER.has(id) && id !== 'visible')
  return [...new Set(ids)].map((id) => ({
    id,
    label: fieldLabel(id),
    note: kindOf(id),
    checked: chosen.includes(id),
  }))
}

const DERIVED = new Set(['duration', 'divergedAt', 'steps', 'parameters', 'peakLr', 'type', 'status'])
function kindOf(id: string): string {
  const metric = metricOf(id)
  if (metric?.aggregate === 'best') return higherIsBetter(metric.metric) ? 'metric, greatest' : 'metric, least'
  if (metric) return 'metric'
  return DERIVED.has(id) ? 'derived' : 'parameter'
}

/** Fields that lines can be grouped by: the usual ones, then those with several values that runs share. */
export function groupOptions(fields: Fields, chosen: readonly string[]): SearchOption[] {
  const known = new Map(fields.fields.map((field) => [field.name, field]))
  const shared = fields.fields.filter(({ name, values }) => !OWN.has(name) && !NEVER.has(name) && values?.length)
  const ids = [...chosen, ...GROUPS_FIRST, ...shared.map(({ name }) => name)]
  return [...new Set(ids)].map((id) => {
    const values = known.get(id)?.values?.length ?? 0
    return { id, label: fieldLabel(id), note: values ? countOf(values, 'value') : '', checked: chosen.includes(id) }
  })
}
