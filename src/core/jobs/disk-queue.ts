import { AppError } from '../domain/errors'

/** Does things in order; where the disk does not take one, it and all behind it wait and are tried again. */
export interface DiskQueue {
  /** Does it at once where nothing waits. What it throws and waiting cannot mend goes to `onFailure`. */
  push(action: () => void): void
  /** What the first one waits for; null where none does. */
  readonly trouble: AppError | null
  /** Tries once more, now; what the disk still does not take is given up, with all behind it. Returns whether any was. */
  giveUp(): boolean
}

interface Options {
  /** From one attempt to the next, ms. */
  retryMs: number
  /** Told of the first failed attempt and of each further one. */
  onWait: (trouble: AppError, first: boolean) => void
  onGoOn: () => void
  onFailure: (error: unknown) => void
}

/** A disk that fails may come back: SQLite's errors of reading and writing, and the system's own. */
const FAILING = /^(SQLITE_IOERR|EIO)/

/** Whether an error is one that may pass by itself: no room, a disk that may not be written or does not answer, another program. */
export function mayPass(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false
  if (['workspace.full', 'workspace.readonly', 'workspace.locked'].includes(error.code)) return true
  return error.code === 'workspace.invalid' && FAILING.test(String(error.details.cause))
}

export function createDiskQueue({ retryMs, onWait, onGoOn, onFailure }: Options): DiskQueue {
  const waiting: (() => void)[] = []
  let trouble: AppError | null = null
  let timer: NodeJS.Timeout | undefined

  /** False where it has to wait. */
  const attempt = (action: () => void): boolean => {
    try {
      action()
    } catch (error) {
      if (mayPass(error)) {
        const first = trouble === null
        trouble = error
        onWait(error, first)
        return false
      }
      onFailure(error)
    }
    return true
  }
  const work = () => {
    clearTimeout(timer)
    while (waiting.length) {
      if (!attempt(waiting[0]!)) {
        timer = setTimeout(work, retryMs)
        return
      }
      waiting.shift()
    }
    if (trouble === null) return
    trouble = null
    onGoOn()
  }
  return {
    push(action) {
      waiting.push(action)
      if (trouble === null && waiting.length === 1) work()
    },
    get trouble() {
      return trouble
    },
    giveUp() {
      work()
      clearTimeout(timer)
      const given = waiting.splice(0).length > 0
      trouble = null
      return given
    },
  }
}
