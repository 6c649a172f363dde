import type { Ref } from 'vue'
import { useKeys } from '../../composables/use-keys'
import { useTransport } from '../../composables/use-transport'
import { useChartView } from '../../stores/chart-view'
import { useFrame } from '../../stores/frame'
import { useRunSelection } from '../../stores/run-selection'
import { deleteRuns } from './delete-runs'

interface TableActions {
  /** Keys do nothing while the table is not on screen. */
  active: Ref<boolean>
  filter(): void
  open(run: string): void
  toggle(run: string, only: boolean): void
}

/** Keys of the Runs page; see the keys dialog. */
export function useTableKeys({ active, filter, open, toggle }: TableActions): void {
  const selection = useRunSelection()
  const charts = useChartView()
  const frame = useFrame()
  const transport = useTransport()

  const onFocused = (act: (run: string) => void) => () => {
    if (!active.value || !selection.focused) return false
    act(selection.focused)
  }
  const move = (by: number) => () => (active.value ? selection.move(by) : false)
  const remove = async () => {
    const targets = selection.targets()
    const next = selection.rowBeside(targets)
    const gone = await deleteRuns(transport, frame.say, targets)
    selection.forget(gone)
    if (selection.focused && gone.includes(selection.focused)) selection.focus(next)
  }

  useKeys({
    '/': filter,
    j: move(1),
    k: move(-1),
    ArrowDown: move(1),
    ArrowUp: move(-1),
    PageDown: move(10),
    PageUp: move(-10),
    Space: onFocused((run) => toggle(run, false)),
    'Shift+Space': onFocused((run) => toggle(run, true)),
    x: onFocused(selection.toggle),
    'Shift+j': () => extend(1),
    'Shift+k': () => extend(-1),
    Enter: onFocused(open),
    Delete: () => (active.value ? void remove() : false),
    l: charts.toggleLogLoss,
    s: charts.nextSmoothing,
  })

  function extend(by: number): void {
    if (!active.value || !selection.focused) return
    if (!selection.isSelected(selection.focused)) selection.toggle(selection.focused)
    selection.move(by)
    if (selection.focused && !selection.isSelected(selection.focused)) selection.toggle(selection.focused)
  }
}
