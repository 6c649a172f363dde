import { AppError } from '../../domain/errors'
import { taskBreaks } from '../task-breaks'

/**
 * Reads one after another and lets everything else that waits have its turn in between. A run that was purged a moment
 * ago must not cost a page the lines of all others: it is left out.
 */
export async function ofKnownRuns<S extends { run: string }, T>(
  series: readonly S[],
  read: (one: S) => T,
  breathe = taskBreaks(),
): Promise<T[]> {
  const found: T[] = []
  for (const one of series) {
    try {
      found.push(read(one))
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'run.notFound')) throw error
    }
    await breathe()
  }
  return found
}
