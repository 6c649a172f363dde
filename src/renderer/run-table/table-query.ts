import type { Input } from '../../core/api/contract'
import { DEFAULT_COLUMNS, fieldsOf } from './default-columns'
import { DEFAULT_STATE, parseState, type TableState } from './table-state'

/** Lines that are asked for at once: a screen of them, with some beyond its edges. */
export const PAGE = 50

const KEY = 'anneal.runsTable'

/** What the table showed when this machine saw it last; as everybody begins where that is not known. */
export function keptState(): TableState {
  try {
    return parseState(JSON.parse(localStorage.getItem(KEY) ?? 'null'))
  } catch {
    return DEFAULT_STATE
  }
}

export const keepState = (state: TableState): void => localStorage.setItem(KEY, JSON.stringify(state))

/** Keys of groups that are closed, and of folded runs that are opened. */
export interface Foldings {
  closed: Iterable<string>
  opened: Iterable<string>
}

/** What to ask of the core for one page of the table. */
export const tableQuery = (state: TableState, { closed, opened }: Foldings, page: number): Input<'runs.table'> => ({
  filter: state.filter,
  sort: state.sort,
  groupBy: state.groupBy,
  fold: state.fold,
  showHidden: state.showHidden,
  closed: [...closed],
  open: [...opened],
  fields: fieldsOf(state.columns?.map(({ id }) => id) ?? DEFAULT_COLUMNS),
  limit: PAGE,
  offset: page * PAGE,
})

/** What the table asks first when the page is opened. */
export const firstTableQuery = (): Input<'runs.table'> => tableQuery(keptState(), { closed: [], opened: [] }, 0)
