import { AppError } from '../domain/errors'
import type { Cancellation } from './contract'

/** How long a long task may keep everything else waiting, in ms: less than a frame, with what else that turn has to do. */
const SLICE_MS = 5

/** At the end of a task: what follows, putting a large answer into bytes, gets a turn of its own. */
export const LAST_SLICE_MS = 1

type Later = (run: () => void) => unknown

// Pages in tests run the handlers too, where only timers exist; Node's timers wait at least a millisecond.
const later: Later = (globalThis as { setImmediate?: Later }).setImmediate ?? ((run) => setTimeout(run))

/**
 * Breaks for a task that reads much: call what it returns between pieces. It gives way to other tasks where the last
 * break was {@link SLICE_MS} ago or longer (or as long as it is told), else it goes on at once.
 *
 * @throws AppError `cancelled`, at the first break during or before which the signal was aborted
 */
export function taskBreaks(signal?: Cancellation): (after?: number) => Promise<void> | undefined {
  let since = performance.now()
  const goOn = () => {
    if (signal?.aborted) throw new AppError('cancelled', 'Nobody waits for the answer any more')
  }
  return (after = SLICE_MS) => {
    goOn()
    if (performance.now() - since < after) return undefined
    return new Promise<void>((resolve) => later(resolve)).then(() => {
      // During the break somebody may have lost interest.
      goOn()
      since = performance.now()
    })
  }
}
