import type { Input } from '../../../core/api/contract'
import { toAppError } from '../../composables/use-query'
import { useTransport } from '../../composables/use-transport'
import { countOf } from '../../format/run-words'
import { useFrame } from '../../stores/frame'
import { useRunList } from '../../stores/run-list'
import { useRunSelection } from '../../stores/run-selection'
import { MAX_VISIBLE, useVisibleRuns } from '../../stores/visible-runs'

type Change = Omit<Input<'runs.change'>, 'runs'>

/** The core takes so many runs at once. */
const AT_ONCE = 10_000

const partsOf = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, i) => ids.slice(i * AT_ONCE, (i + 1) * AT_ONCE))

export interface RunActions {
  change(ids: readonly string[], change: Change, said?: string): Promise<void>
  hide(ids: readonly string[]): Promise<void>
  remove(ids: readonly string[]): Promise<void>
  rename(id: string, name: string): Promise<void>
  note(id: string, notes: string): Promise<void>
  draw(ids: readonly string[], on: boolean): void
}

/** What is done to runs of the table, one or many: each says what it did, and what removes something can be undone. */
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

  const send = async (ids: readonly string[], change: Change) => {
    for (const runs of partsOf(ids)) await transport.call('runs.change', { runs, ...change })
  }

  const change = (ids: readonly string[], what: Change, said?: string) =>
    act(async () => {
      await send(ids, what)
      if (said) frame.say(`${countOf(ids.length, 'run')} ${said}`)
    })

  /** Takes runs out of the table; where the keyboard was, it goes on beside. */
  async function takeOut(ids: readonly string[], work: () => Promise<void>, said: string, back: () => Promise<void>) {
    const next = selection.focusedLine && selection.lineBeside(ids)
    await act(async () => {
      await work()
      selection.forget(ids)
      frame.say(`${countOf(ids.length, 'run')} ${said}`, { undo: () => void act(back) })
    })
    if (selection.focused !== null && list.indexOf(selection.focused) < 0) selection.focus(next)
  }

  return {
    change,
    hide: (ids) =>
      takeOut(
        ids,
        () => send(ids, { hidden: true }),
        'hidden from the table, still in Compare and in charts',
        () => send(ids, { hidden: false }),
      ),
    remove: (ids) =>
      takeOut(
        ids,
        async () => {
          for (const runs of partsOf(ids)) await transport.call('runs.removeAll', { runs })
        },
        'deleted',
        async () => {
          for (const runs of partsOf(ids)) await transport.call('runs.restoreAll', { runs })
        },
      ),
    rename: (run, name) => act(async () => void (await transport.call('runs.update', { run, name }))),
    note: (run, notes) => act(async () => void (await transport.call('runs.update', { run, notes }))),
    draw(ids, on) {
      const fits = on ? visible.add(ids) : visible.remove(ids)
      if (!fits) frame.say(`${MAX_VISIBLE} runs are drawn, more could not be told apart`, { tone: 'caution' })
    },
  }
}
