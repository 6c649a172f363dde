import { COLUMN_NAMES, namedField, SPEC_NAMES } from '../filter/fields'
import type { RunRow } from '../run'
import { isMissing } from './order'

export type FieldKind = 'number' | 'text' | 'list' | 'time' | 'flag'

/** A field that at least one run has a value of. */
export interface FieldInfo {
  name: string
  kind: FieldKind
  /** Runs that have a value. */
  runs: number
  /** The most frequent values, for a field that holds words or few numbers; a list counts each of its elements. */
  values?: { value: string | number | boolean; runs: number }[]
}

export interface FieldList {
  fields: FieldInfo[]
  /** Every recorded metric, and how many runs have it. */
  metrics: { name: string; runs: number }[]
}

const TIMES: ReadonlySet<string> = new Set(['createdAt', 'startedAt', 'endedAt'])
/** Long or different in every run: no list of values helps. */
const WITHOUT_VALUES: ReadonlySet<string> = new Set([...TIMES, 'id', 'notes', 'reason', 'duration', 'steps'])
const MOST_VALUES = 50
/** A field with more different values than this is read no further for its values. */
const TOO_MANY = 2000

/** What a filter may ask about and a table may show, as far as any of the runs has it. */
export function describeFields(rows: readonly RunRow[]): FieldList {
  return { fields: [...describeAll(COLUMN_NAMES, rows), ...describeAll(SPEC_NAMES, rows)], metrics: countMetrics(rows) }
}

/**
 * The same for a list of runs that changes: what did not change is not counted again. Most changes are of runs that
 * train, and leave all specs as they are, which are the most to read.
 */
export function fieldDescriber(): (rows: readonly RunRow[]) => FieldList {
  let rows: readonly RunRow[] = []
  let specFields: FieldInfo[] = []
  let list: FieldList | null = null
  return (now) => {
    if (list && now === rows) return list
    const sameSpecs = list && now.length === rows.length && now.every(({ spec }, i) => spec === rows[i]!.spec)
    if (!sameSpecs) specFields = describeAll(SPEC_NAMES, now)
    rows = now
    list = { fields: [...describeAll(COLUMN_NAMES, now), ...specFields], metrics: countMetrics(now) }
    return list
  }
}

const describeAll = (names: readonly string[], rows: readonly RunRow[]): FieldInfo[] =>
  names.flatMap((name) => describe(name, rows) ?? [])

function countMetrics(rows: readonly RunRow[]): FieldList['metrics'] {
  const counts = new Map<string, number>()
  for (const { metrics } of rows) for (const name of Object.keys(metrics)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, runs]) => ({ name, runs }))
}

function describe(name: string, rows: readonly RunRow[]): FieldInfo | null {
  const { read } = namedField(name, 'fields')
  const counts = new Map<string | number | boolean, number>()
  let runs = 0
  let kind: FieldKind | null = null
  for (const row of rows) {
    const value = read(row)
    if (isMissing(value)) continue
    runs++
    kind = kindOf(name, value, kind)
    if (counts.size > TOO_MANY || WITHOUT_VALUES.has(name)) continue
    for (const one of Array.isArray(value) ? value : [value])
      if (typeof one !== 'object' && one !== '') counts.set(one, (counts.get(one) ?? 0) + 1)
  }
  if (!kind) return null
  const values = [...counts].sort(([, a], [, b]) => b - a).map(([value, runs]) => ({ value, runs }))
  const few = values.slice(0, MOST_VALUES)
  return { name, kind, runs, ...(few.length && counts.size <= TOO_MANY && { values: few }) }
}

/** A field whose runs have values of several kinds is text. */
function kindOf(name: string, value: unknown, before: FieldKind | null): FieldKind {
  const kind = TIMES.has(name) ? 'time' : Array.isArray(value) ? 'list' : (PRIMITIVES[typeof value] ?? 'text')
  return before === null || before === kind ? kind : 'text'
}

const PRIMITIVES: Partial<Record<string, FieldKind>> = { number: 'number', boolean: 'flag' }
