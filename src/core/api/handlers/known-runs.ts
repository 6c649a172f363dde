import { AppError } from '../../domain/errors'
import { LAST_SLICE_MS, type taskBreaks } from '../task-breaks'

/**
 * Reads one after another and breathes in between: everything else that waits has its turn. A run that was purged a moment
 * ago must not cost a page the lines of all others: it is left out.
 */
export async function ofKnownRuns<S extends { run: string }, T>(
  series: readonly S[],
  breathe: ReturnType<typeof taskBreaks>,
  read: (one: S) => T,
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
  await breathe(LAST_SLICE_MS)
  return found
}
