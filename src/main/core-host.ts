import type { MessagePortMain, UtilityProcess } from 'electron'
import type { PlainError } from '../core/domain/errors'
import type { GrantPurpose } from '../core/files/grants'
import { afterAwake } from '../core/jobs/silence'
import type { FromCore, ToCore } from '../core/shell-protocol'
import { createTrainerHost, killHard } from './trainer-host'

/** A core that dies again and again has a reason that another start does not cure. */
export const MAX_RESTARTS = 3

/** Longer than the core itself waits for a trainer that does not end. */
const CLOSE_MS = 40_000

/** What the core said last on standard error, for the words about its end. */
const STDERR_KEPT = 2000

interface Options {
  startCore: () => UtilityProcess
  startTrainer: () => UtilityProcess
  /** What a grant of the dialogs stands for. */
  redeem: (grant: string, purpose: GrantPurpose) => string | null
  /** The workspace cannot be opened; the core waits to be closed. */
  onFailed: (error: PlainError) => void
  /** The core died and was started again: every page needs a new port. */
  onRestarted: (notice: string) => void
  /** The core died too often; nothing runs any more. */
  onGaveUp: (reason: string) => void
}

export interface CoreHost {
  /** Gives the core its end of a page's channel. */
  connect(port: MessagePortMain): void
  /** Ends the core in order: jobs, database, process. Resolves when it is gone; safe to call twice. */
  close(): Promise<void>
}

/** Keeps the core process running: starts it, starts it again when it dies, ends it in order. */
export function createCoreHost(options: Options): CoreHost {
  let restarts = 0
  let closing: Promise<void> | null = null
  let current = start()

  function start(): { child: UtilityProcess; ended: Promise<void>; alive: boolean } {
    const child = options.startCore()
    const core = { child, alive: true, ended: new Promise<void>((resolve) => child.once('exit', () => resolve())) }
    const trainers = createTrainerHost(options.startTrainer, (message) => {
      if (core.alive) child.postMessage(message)
    })
    let said = ''
    child.stderr?.on('data', (text: Buffer) => {
      process.stderr.write(text)
      said = (said + text.toString()).slice(-STDERR_KEPT)
    })
    child.on('message', (message: FromCore) => {
      if (trainers.handle(message)) return
      if (message.type === 'failed') options.onFailed(message.error)
      if (message.type === 'grant.redeem') {
        const { id, grant, purpose } = message
        child.postMessage({ type: 'grant.redeemed', id, path: options.redeem(grant, purpose) } satisfies ToCore)
      }
    })
    child.once('exit', (code) => {
      core.alive = false
      trainers.killAll()
      if (!closing) died(code, said)
    })
    return core
  }

  function died(code: number, said: string): void {
    const last = said.trim().split('\n').at(-1)
    const how = `exit code ${code}${last ? `: ${last}` : ''}`
    if (restarts === MAX_RESTARTS) return options.onGaveUp(how)
    restarts++
    current = start()
    const notice = `The core ended unexpectedly (${how}) and was started again. Runs that trained are marked interrupted; every stored step is kept.`
    // A message posted inside a process's exit listener may take Electron with it.
    setImmediate(() => options.onRestarted(notice))
  }

  async function end(): Promise<void> {
    const { child, ended, alive } = current
    if (!alive) return
    child.postMessage({ type: 'close' } satisfies ToCore)
    const inTime = afterAwake(CLOSE_MS, () => killHard(child))
    await ended
    inTime()
  }

  return {
    connect: (port) => {
      if (current.alive) current.child.postMessage({ type: 'connect' } satisfies ToCore, [port])
      else port.close()
    },
    close: () => (closing ??= end()),
  }
}
