import type { Input } from '../../core/api/contract'
import { inParts } from '../../core/domain/in-parts'
import { useFrame } from '../stores/frame'
import { toAppError } from './use-query'
import { useTransport } from './use-transport'

export type RunChange = Omit<Input<'runs.change'>, 'runs'>

/** The core takes so many runs at once. */
const AT_ONCE = 10_000

export const partsOf = (ids: readonly string[]): string[][] => inParts(ids, AT_ONCE)

/**
 * Changes runs, says what was done, and offers the way back: one run or many, from whichever page.
 * @param after what follows once a change was taken back
 * @returns rejects with what the core says
 */
export function useRunChange(after: () => unknown = () => {}) {
  const transport = useTransport()
  const frame = useFrame()

  async function takeBack(undos: readonly string[]): Promise<void> {
    try {
      for (const undo of undos.toReversed()) await transport.call('runs.takeBack', { undo })
    } catch (reason) {
      frame.say(toAppError(reason).message, { tone: 'error' })
    }
    await after()
  }

  return async function change(ids: readonly string[], what: RunChange, said: string): Promise<void> {
    const undos: string[] = []
    try {
      for (const runs of partsOf(ids)) undos.push((await transport.call('runs.change', { runs, ...what })).undo)
    } finally {
      // Also of those that were changed before something went wrong.
      if (undos.length) frame.say(said, { undo: () => void takeBack(undos) })
    }
  }
}

/** What a run's own head edits: its name, its notes, its tags as they are to be. */
export interface RunEdit {
  name?: string
  notes?: string
  tags?: readonly string[]
}

/** The change that an edit of a run is, and what is said of it. @param tags of the run as it is */
export function changeOf(
  tags: readonly string[],
  { tags: wanted, ...texts }: RunEdit,
): [change: RunChange, said: string] {
  if (texts.name !== undefined) return [texts, `The run is called ${texts.name}`]
  if (!wanted) return [texts, 'Notes kept']
  const addTags = wanted.filter((tag) => !tags.includes(tag))
  const removeTags = tags.filter((tag) => !wanted.includes(tag))
  const said = [
    addTags.length && `Tagged ${addTags.join(', ')}`,
    removeTags.length && `No longer tagged ${removeTags.join(', ')}`,
  ]
  return [{ addTags, removeTags }, said.filter(Boolean).join('; ')]
}
