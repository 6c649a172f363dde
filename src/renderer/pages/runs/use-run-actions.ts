import { toAppError } from '../../composables/use-query'
import { changeOf, partsOf, type RunChange, useRunChange } from '../../composables/use-run-change'
import { useTransport } from '../../composables/use-transport'
import { countOf } from '../../format/run-words'
import { useFrame } from '../../stores/frame'
import { useRunList } from '../../stores/run-list'
import { useRunSelection } from '../../stores/run-selection'
import { MAX_VISIBLE, useVisibleRuns } from '../../stores/visible-runs'

export interface RunActions {
  change(ids: readonly string[], change: RunChange, said: string): Promise<void>
  hide(ids: readonly string[]): Promise<void>
  remove(ids: readonly string[]): Promise<void>
  rename(id: string, name: string): Promise<void>
  note(id: string, notes: string): Promise<void>
  draw(ids: readonly string[], on: boolean): void
}

/** What is done to runs of the table, one or many: each says what it did, and can be undone. */
export function useRunActions(): RunActions {
  const transport = useTransport()
  const frame = useFrame()
  const list = useRunList()
  const selection = useRunSelection()
  const visible = useVisibleRuns()

  /** Does something, shows the table as it is then, and says what went wrong. */
  async function act(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (reason) {
      frame.say(toAppError(reason).message, { tone: 'error' })
    }
    await list.reload()
  }

  const changeRuns = useRunChange(() => list.reload())
  const runsWere = (ids: readonly string[], said: string): string => `${countOf(ids.length, 'run')} ${said}`
  const change = (ids: readonly string[], what: RunChange, said: string) =>
    act(() => changeRuns(ids, what, runsWere(ids, said)))

  /** Takes runs out of the table; where the keyboard was, it goes on beside. */
  async function takeOut(ids: readonly string[], work: () => Promise<void>): Promise<void> {
    const next = selection.focusedLine && selection.lineBeside(ids)
    await act(async () => {
      await work()
      selection.forget(ids)
    })
    if (selection.focused !== null && list.indexOf(selection.focused) < 0) selection.focus(next)
  }
  async function remove(ids: readonly string[]): Promise<void> {
    for (const runs of partsOf(ids)) await transport.call('runs.removeAll', { runs })
    const restore = async () => {
      for (const runs of partsOf(ids)) await transport.call('runs.restoreAll', { runs })
    }
    frame.say(runsWere(ids, 'deleted'), { undo: () => void act(restore) })
  }

  return {
    change,
    hide: (ids) =>
      takeOut(ids, () =>
        changeRuns(ids, { hidden: true }, runsWere(ids, 'hidden from the table, still in Compare and in charts')),
      ),
    remove: (ids) => takeOut(ids, () => remove(ids)),
    rename: (run, name) => act(() => changeRuns([run], ...changeOf([], { name }))),
    note: (run, notes) => act(() => changeRuns([run], ...changeOf([], { notes }))),
    draw(ids, on) {
      const fits = on ? visible.add(ids) : visible.remove(ids)
      if (!fits) frame.say(`${MAX_VISIBLE} runs are drawn, more could not be told apart`, { tone: 'caution' })
    },
  }
}
