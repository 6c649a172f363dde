import type { Transport } from '../../../core/api/transport'
import { toAppError } from '../../composables/use-query'
import { countOf } from '../../format/run-words'

type Say = (text: string, options?: { tone?: 'note' | 'caution' | 'error'; undo?: () => void }) => void

/** Deletes runs, all or none, and offers to undo it; says what failed. Returns the ids that are gone. */
export async function deleteRuns(transport: Transport, say: Say, ids: readonly string[]): Promise<string[]> {
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work()
      return true
    } catch (reason) {
      say(toAppError(reason).message, { tone: 'error' })
      return false
    }
  }
  const runs = [...ids]
  if (!(await attempt(() => transport.call('runs.removeAll', { runs })))) return []
  const undo = () => void attempt(() => transport.call('runs.restoreAll', { runs }))
  say(`${countOf(runs.length, 'run')} deleted`, { undo })
  return runs
}
