import { type Field, metricField, namedField } from '../filter/fields'
import { bestOf, higherIsBetter, METRIC } from '../metrics'
import type { RunRow } from '../run'
import { plainValue, sortByValue, sortField } from './order'
import { replicateKey } from './replicates'
import { NEWEST_FIRST } from './run-sort'
import { selectRuns } from './select-runs'
import { medianOf, statisticOf } from './statistics'
import type { GroupLine, RunTable, TableLine, TableQuery } from './table'

/** One run, or several that are folded into a line. */
type Unit = readonly RunRow[]
type Value = GroupLine['value']

/** Makes a line when it is on screen: most of a table's lines never are. */
type Lazy = () => TableLine

/**
 * The table of runs: filtered, folded, sorted, grouped. One rule reads every field: `namedField`.
 *
 * - Pinned runs come first in their group. Groups stand in the order of their first lines, so that sorting by a field
 *   sorts the groups by it too; runs without a value form a group of their own, and so does NaN.
 * - A list (tags) is one value: a run is in one group only.
 * - Folded runs are sorted by their mean where the column holds numbers, else as their best one.
 *
 * @param rows every run of the workspace, oldest first
 * @throws AppError `input.invalid` for a wrong filter or a name that is no field
 */
export function buildTable(rows: readonly RunRow[], query: TableQuery): RunTable {
  const { filter, sort = NEWEST_FIRST, groupBy = [], fold = false, showHidden, offset = 0, limit = Infinity } = query
  const groups = groupBy.map((name) => namedField(name, 'groupBy'))
  const summary = summaryOf(query.metric ?? METRIC.validationAccuracy)
  const shown = (query.fields ?? []).map((name) => namedField(name, 'fields'))
  const strip = query.fields ? metricsOnly(shown) : (row: RunRow) => row
  const statistics = [...new Map([...shown, summary.field].map((field) => [field.name, field])).values()]
  const selected = selectRuns(rows, filter, showHidden)

  const units = fold ? foldReplicates(selected.rows, groups) : selected.rows.map((row) => [row])
  const { read } = sortField(sort)
  const valueOf = (unit: Unit) =>
    unit.length === 1 ? read(unit[0]!) : joint(unit.map(read), () => read(summary.best(unit)))
  const inOrder = (unit: Unit) => sortByValue(unit, read, sort.descending)
  const sorted = pinnedFirst(sortByValue(units, valueOf, sort.descending))

  const closed = new Set(query.closed)
  const open = new Set(query.open)
  const lines: Lazy[] = []
  const unitLines = (rows: Unit, path: readonly string[]) => {
    const depth = path.length
    if (rows.length === 1) {
      lines.push(() => ({ kind: 'run', depth, row: strip(rows[0]!) }))
      return
    }
    const key = [...path, replicateKey(rows[0]!.spec)].join('\n')
    lines.push(() => ({ ...replicatesLine(rows), key, depth, open: open.has(key) }))
    if (open.has(key))
      for (const row of inOrder(rows)) lines.push(() => ({ kind: 'run', depth: depth + 1, row: strip(row) }))
  }
  const replicatesLine = (rows: Unit) => ({
    kind: 'replicates' as const,
    runs: inOrder(rows).map(({ id }) => id),
    row: strip(summary.best(rows)),
    statistics: Object.fromEntries(
      statistics
        .map(({ name, read }) => [name, rows.map(read)] as const)
        .filter(([, values]) => values.some((value) => typeof value === 'number'))
        .map(([name, values]) => [name, statisticOf(values)]),
    ),
    diverged: divergedIn(rows),
  })
  const groupLines = (units: readonly Unit[], path: readonly string[]): void => {
    const depth = path.length
    const group = groups[depth]
    if (!group) {
      for (const unit of units) unitLines(unit, path)
      return
    }
    for (const [value, members] of partition(units, ([first]) => plainValue(group.read(first!)))) {
      const inner = [...path, `${group.name}=${partOf(value)}`]
      const key = inner.join('\n')
      lines.push(() => ({
        ...groupLine(members.flat()),
        key,
        depth,
        field: group.name,
        value,
        closed: closed.has(key),
      }))
      if (!closed.has(key)) groupLines(members, inner)
    }
  }
  const groupLine = (rows: readonly RunRow[]) => ({
    kind: 'group' as const,
    runs: rows.length,
    diverged: divergedIn(rows),
    best: summary.value(summary.best(rows)),
    median: medianOf(rows.map(summary.value)),
  })
  groupLines(sorted, [])
  return {
    lines: lines.slice(offset, offset + limit).map((line) => line()),
    total: lines.length,
    runs: selected.rows.length,
    all: rows.length,
    hidden: selected.hidden,
  }
}

/** Runs of one group that differ in their seed only, together; in the order of their first ones. */
function foldReplicates(rows: readonly RunRow[], groups: readonly Field[]): Unit[] {
  const number = groups.map(() => new Map<Value, number>())
  /** Which of a group's values a run has, as a number: shorter than the value. */
  const place = (row: RunRow, i: number): number => {
    const known = number[i]!
    const value = plainValue(groups[i]!.read(row))
    if (!known.has(value)) known.set(value, known.size)
    return known.get(value)!
  }
  const keyOf = (row: RunRow) => groups.reduce((key, _, i) => `${key} ${place(row, i)}`, replicateKey(row.spec))
  return [...partition(rows, keyOf).values()]
}

/** Items by their keys, in the order of the first of each. */
function partition<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const parts = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const part = parts.get(key)
    if (part) part.push(item)
    else parts.set(key, [item])
  }
  return parts
}

/** A value as a part of a key: numbers as they are written, so that NaN is not null and 1 is not "1". */
const partOf = (value: Value): string => (typeof value === 'number' ? String(value) : JSON.stringify(value))

const pinnedFirst = (units: readonly Unit[]): readonly Unit[] => {
  const isPinned = (rows: Unit) => rows.some(({ pinned }) => pinned)
  const pinned = units.filter(isPinned)
  return pinned.length ? [...pinned, ...units.filter((unit) => !isPinned(unit))] : units
}

const divergedIn = (rows: readonly RunRow[]): number =>
  rows.reduce((n, { status }) => n + Number(status === 'diverged'), 0)

/** What folded runs are sorted by. */
const joint = (values: readonly unknown[], ofBest: () => unknown): unknown =>
  values.some((value) => typeof value === 'number') ? statisticOf(values).mean : ofBest()

/** Reads the metric that summaries are of. */
function summaryOf(metric: string) {
  const field = metricField(metric, 'best')
  const value = ({ metrics }: RunRow): number =>
    Object.hasOwn(metrics, metric) ? bestOf(metric, metrics[metric]!).value : NaN
  const sign = higherIsBetter(metric) ? 1 : -1
  /** The first of equals; the first of all where no run has a value. */
  const best = (rows: readonly RunRow[]): RunRow => {
    let found = rows[0]!
    let most = NaN
    for (const row of rows) {
      const size = sign * value(row)
      if (!(size > most) && !(size === size && most !== most)) continue
      found = row
      most = size
    }
    return found
  }
  return { field, value, best }
}

/** Rows with the metrics that some fields read, and no others. */
function metricsOnly(fields: readonly Field[]): (row: RunRow) => RunRow {
  const names = [...new Set(fields.flatMap(({ metric }) => metric ?? []))]
  return (row) => ({
    ...row,
    metrics: Object.fromEntries(
      names.filter((name) => Object.hasOwn(row.metrics, name)).map((name) => [name, row.metrics[name]!]),
    ),
  })
}
