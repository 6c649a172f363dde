import { type Ref } from 'vue'
import { useKeys } from '../../composables/use-keys'
import { runsOf } from '../../run-table/table-lines'
import { useChartView } from '../../stores/chart-view'
import { useRunSelection } from '../../stores/run-selection'
import type { RunCommand, RunPanelPage } from './run-menu'

interface TableActions {
  /** Keys do nothing while the table is not on screen. */
  active: Ref<boolean>
  filter(): void
  groups(): void
  open(run: string): void
  toggle(runs: readonly string[], only: boolean): void
  /** Opens and closes a group, or folded runs. */
  fold(index: number): void
  /** Selects the runs of a group's line. */
  selectGroup(index: number): void
  selectAll(): void
  compare(): void
  panel(page: RunPanelPage): void
  command(command: RunCommand): void
  rename(run: string): void
}

/** Keys of the Runs page; see the keys dialog. */
export function useTableKeys(actions: TableActions): void {
  const { active } = actions
  const selection = useRunSelection()
  const charts = useChartView()

  /** Acts while the table is there and something in it is focused. */
  const onFocused = (act: () => unknown) => () => (active.value && selection.focusedLine ? act() : false)
  const onTargets = (act: () => unknown) => () => (active.value && selection.targets().length ? act() : false)
  const move = (by: number) => () => (active.value ? selection.move(by) : false)
  const extend = (by: number) => onFocused(() => void selection.extend(by))
  const isGroup = () => selection.focusedLine?.kind === 'group'
  const runs = () => runsOf(selection.focusedLine)
  const fold = () => actions.fold(selection.focusedIndex)
  /** Opens (or closes) what is closed (or open); otherwise the key stays free. */
  const unfold = (open: boolean) =>
    onFocused(() => {
      const line = selection.focusedLine!
      if (line.kind === 'run') return false
      const isOpen = line.kind === 'group' ? !line.closed : line.open
      if (isOpen === open) return false
      fold()
    })

  useKeys({
    '/': actions.filter,
    g: () => (active.value ? actions.groups() : false),
    j: move(1),
    k: move(-1),
    ArrowDown: move(1),
    ArrowUp: move(-1),
    PageDown: move(10),
    PageUp: move(-10),
    'Alt+ArrowRight': unfold(true),
    'Alt+ArrowLeft': unfold(false),
    Space: onFocused(() => (isGroup() ? fold() : actions.toggle(runs(), false))),
    'Shift+Space': onFocused(() => (isGroup() ? false : actions.toggle(runs(), true))),
    x: onFocused(() => (isGroup() ? actions.selectGroup(selection.focusedIndex) : selection.toggle(runs()))),
    'Shift+j': extend(1),
    'Shift+k': extend(-1),
    'Shift+ArrowDown': extend(1),
    'Shift+ArrowUp': extend(-1),
    'Shift+PageDown': extend(10),
    'Shift+PageUp': extend(-10),
    'Ctrl+a': () => (active.value ? actions.selectAll() : false),
    Escape: () => (active.value && selection.selected.size ? selection.clear() : false),
    Enter: onFocused(() => (isGroup() ? fold() : actions.open(selection.focusedRun!.id))),
    c: () => (active.value ? actions.compare() : false),
    r: onFocused(() => (isGroup() ? false : actions.rename(selection.focusedRun!.id))),
    t: onTargets(() => actions.panel('tags')),
    ContextMenu: onTargets(() => actions.panel('menu')),
    'Shift+F10': onTargets(() => actions.panel('menu')),
    Delete: onTargets(() => actions.command('delete')),
    l: charts.toggleLogLoss,
    s: charts.nextSmoothing,
  })
}
