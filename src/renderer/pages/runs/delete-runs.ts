import type { Transport } from '../../../core/api/transport'
import { toAppError } from '../../composables/use-query'
import { countOf } from '../../format/run-words'

type Say = (text: string, options?: { tone?: 'note' | 'caution' | 'error'; undo?: () => void }) => void

/** Deletes runs and offers to undo it; says what failed. Returns the ids that are gone. */
export async function deleteRuns(transport: Transport, say: Say, ids: readonly string[]): Promise<string[]> {
  const { done, failure } = await each(ids, (run) => transport.call('runs.remove', { run }))
  const undo = async () => {
    const back = await each(done, (run) => transport.call('runs.restore', { run }))
    if (back.failure) say(back.failure.message, { tone: 'error' })
  }
  if (failure) say(`${countOf(done.length, 'run')} deleted, then: ${failure.message}`, { tone: 'error', undo })
  else if (done.length) say(`${countOf(done.length, 'run')} deleted`, { undo: () => void undo() })
  return done
}

async function each(ids: readonly string[], act: (id: string) => Promise<unknown>) {
  const done: string[] = []
  for (const id of ids) {
    try {
      await act(id)
      done.push(id)
    } catch (error) {
      return { done, failure: toAppError(error) }
    }
  }
  return { done, failure: null }
}
