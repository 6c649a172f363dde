import { PLAIN_FIELDS, namedField } from '../filter/fields'
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
  const metrics = new Map<string, number>()
  for (const row of rows) for (const name in row.metrics) metrics.set(name, (metrics.get(name) ?? 0) + 1)
  return {
    fields: PLAIN_FIELDS.flatMap((name) => describe(name, rows) ?? []),
    metrics: [...metrics].map(([name, runs]) => ({ name, runs })),
  }
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
