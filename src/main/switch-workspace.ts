import { basename } from 'node:path'
import type { RunRow } from '../core/domain/run'
import { AppError } from '../core/domain/errors'
import { holderText, type LockHolder } from '../core/storage/lock'

/** What has to be said or asked before another workspace takes the place of this one. */
export type SwitchQuestion =
  | { kind: 'refused'; message: string; detail: string }
  | { kind: 'ask'; message: string; detail: string; buttons: string[]; defaultId: number; cancelId: number }

/**
 * Whether another workspace may be opened now: not one that another program holds, and not without asking while
 * something trains here. Null where nothing speaks against it.
 */
export function switchQuestion(
  dir: string,
  { holder, live }: { holder: LockHolder | null; live: readonly RunRow[] },
): SwitchQuestion | null {
  if (holder)
    return {
      kind: 'refused',
      message: `${basename(dir)} is in use`,
      detail: `${dir} is in use by ${holderText(holder)}. End it first; nothing was changed.`,
    }
  if (!live.length) return null
  const one = live.length === 1
  return {
    kind: 'ask',
    message: `${live.length} ${one ? 'run trains or waits' : 'runs train or wait'} in this workspace`,
    detail: `To open ${dir} ${one ? 'it is' : 'they are'} stopped after a checkpoint; Resume goes on from there.`,
    buttons: ['Stop and open', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  }
}

interface Options {
  /** The workspace that is open. */
  current: string
  live: () => readonly RunRow[]
  holderOf: (dir: string) => LockHolder | null
  say: (question: Extract<SwitchQuestion, { kind: 'refused' }>) => Promise<void>
  /** True where the answer is yes. */
  ask: (question: Extract<SwitchQuestion, { kind: 'ask' }>) => Promise<boolean>
  /** Ends this program in order and starts it again with that workspace. */
  restart: (dir: string) => void
}

/** Opens another workspace in place of this one. */
export function createSwitch(options: Options): (dir: string) => Promise<void> {
  return async (dir) => {
    if (dir === options.current) return
    const question = switchQuestion(dir, { holder: holder(options, dir), live: options.live() })
    if (question?.kind === 'refused') return options.say(question)
    if (question && !(await options.ask(question))) return
    options.restart(dir)
  }
}

function holder({ holderOf }: Options, dir: string): LockHolder | null {
  try {
    return holderOf(dir)
  } catch (error) {
    // A folder that cannot be looked into: the start in it says why.
    if (error instanceof AppError) return null
    throw error
  }
}
