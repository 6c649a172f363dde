import { NEWEST_FIRST, type RunSort } from '../../core/domain/table/run-sort'

export { NEWEST_FIRST, type RunSort }

/** A chosen column: its field, and its width in px where it is not the usual one. */
export interface ColumnChoice {
  id: string
  width?: number
}

/** All that decides what the table of runs shows: what a saved view holds. */
export interface TableState {
  filter: string
  sort: RunSort
  /** Fields that lines are grouped by, the outermost first. */
  groupBy: string[]
  /** Runs that differ in nothing but their seed are one line. */
  fold: boolean
  showHidden: boolean
  /** In order; null until somebody chooses. */
  columns: ColumnChoice[] | null
}

export const DEFAULT_STATE: TableState = {
  filter: '',
  sort: NEWEST_FIRST,
  groupBy: [],
  fold: false,
  showHidden: false,
  columns: null,
}

export const MAX_GROUPS = 3
/** The core brings at most 100 fields. */
export const MAX_COLUMNS = 96
export const WIDTH = { min: 40, max: 640 }

const MAX_FIELD = 512
const isField = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_FIELD

/** A width in px that a column can have. */
export const limitWidth = (px: number): number => Math.round(Math.min(WIDTH.max, Math.max(WIDTH.min, px)))

function parseColumns(value: unknown): ColumnChoice[] | null {
  if (!Array.isArray(value)) return null
  const seen = new Set<string>()
  const columns = value.flatMap((one: Partial<ColumnChoice> | null): ColumnChoice[] => {
    if (!isField(one?.id) || seen.has(one.id)) return []
    seen.add(one.id)
    return [{ id: one.id, ...(Number.isFinite(one.width) && { width: limitWidth(one.width!) }) }]
  })
  return columns.length ? columns.slice(0, MAX_COLUMNS) : null
}

/** A state that was kept: part by part as it is where it is sound, else as everybody begins. Never throws. */
export function parseState(kept: unknown): TableState {
  const from = (typeof kept === 'object' && kept !== null ? kept : {}) as Partial<TableState>
  const sorted = isField(from.sort?.column) && typeof from.sort.descending === 'boolean'
  return {
    filter: typeof from.filter === 'string' && from.filter.length <= 4096 ? from.filter : '',
    sort: sorted ? { column: from.sort!.column, descending: from.sort!.descending } : NEWEST_FIRST,
    groupBy: Array.isArray(from.groupBy) ? [...new Set(from.groupBy.filter(isField))].slice(0, MAX_GROUPS) : [],
    fold: from.fold === true,
    showHidden: from.showHidden === true,
    columns: parseColumns(from.columns),
  }
}

/** Whether two states show the same; widths count. */
export const sameState = (a: TableState, b: TableState): boolean =>
  JSON.stringify(parseState(a)) === JSON.stringify(parseState(b))

/** Whether two states have the same lines in the same order. */
export const sameLines = (a: TableState, b: TableState): boolean =>
  sameState({ ...a, columns: null }, { ...b, columns: null })

/** Moves one of a list by so many places; at its ends it stays. */
export function moved<T>(list: readonly T[], from: number, by: number): T[] {
  const to = Math.min(list.length - 1, Math.max(0, from + by))
  const rest = list.toSpliced(from, 1)
  return from < 0 || from >= list.length ? [...list] : rest.toSpliced(to, 0, list[from]!)
}
