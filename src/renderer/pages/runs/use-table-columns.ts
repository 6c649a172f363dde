import { computed, type ComputedRef, type Ref } from 'vue'
import { columnOf, fitting, type TableColumn, usualWidth } from '../../run-table/columns'
import { isPinned, PINNED } from '../../run-table/default-columns'
import { type ColumnChoice, limitWidth, moved } from '../../run-table/table-state'
import { useRunTable } from '../../stores/run-table'

export interface ShownColumn extends TableColumn {
  /** Width in px as it is now. */
  size: number
}

export interface TableColumns {
  shown: ComputedRef<ShownColumn[]>
  /** For CSS: the grid's tracks, and the least width of the table in px. */
  template: ComputedRef<string>
  width: ComputedRef<number>
  resize(id: string, px: number | null): void
  move(id: string, by: number): void
  moveBefore(id: string, before: string | null): void
}

/**
 * The columns that are drawn. Until somebody chooses, those of the usual ones that fit; what was chosen stays, and the
 * table scrolls sideways. The dot and the name come first in any case.
 * @param room width of the table in px; 0 before it is known
 */
export function useTableColumns(room: Ref<number>): TableColumns {
  const table = useRunTable()
  const choices = computed<ColumnChoice[]>(
    () => table.state.columns ?? fitting(room.value || Infinity, table.state.fold).map((id) => ({ id })),
  )
  const usual = (id: string) => usualWidth(id, table.state.fold)
  const widthOf = (id: string) => choices.value.find((one) => one.id === id)?.width ?? usual(id)
  const ids = computed(() => [...PINNED, ...choices.value.map(({ id }) => id).filter((id) => !isPinned(id))])
  const shown = computed(() => ids.value.map((id) => ({ ...columnOf(id), size: widthOf(id) })))
  const width = computed(() => shown.value.reduce((sum, { size }) => sum + size, 0))
  const template = computed(() =>
    shown.value.map(({ id, size }) => (id === 'name' ? `minmax(${size}px, 1fr)` : `${size}px`)).join(' '),
  )

  const keep = (order: readonly string[], width = widthOf) =>
    table.setColumns(order.map((id) => ({ id, ...(width(id) !== usual(id) && { width: limitWidth(width(id)) }) })))

  function resize(id: string, px: number | null): void {
    keep(ids.value, (one) => (one === id ? (px ?? usual(id)) : widthOf(one)))
  }

  function move(id: string, by: number): void {
    if (isPinned(id)) return
    const rest = ids.value.slice(PINNED.length)
    keep([...PINNED, ...moved(rest, rest.indexOf(id), by)])
  }

  function moveBefore(id: string, before: string | null): void {
    if (isPinned(id) || id === before) return
    const rest = ids.value.slice(PINNED.length).filter((one) => one !== id)
    const at = before === null ? rest.length : Math.max(0, rest.indexOf(before))
    keep([...PINNED, ...rest.toSpliced(at, 0, id)])
  }

  return { shown, template, width, resize, move, moveBefore }
}
