import type { UtilityProcess } from 'electron'
import type { FromCore, ToCore } from '../core/shell-protocol'

/** What a trainer may say on standard error before it dies is kept up to this many characters. */
const STDERR_KEPT = 16_000

/** How long the rest of standard error may take after a trainer has ended. */
const STDERR_MS = 500

/** A process that a signal ended comes with the signal's number: the code is what waitpid says. No trainer exits with these. */
const SIGNALS: Record<number, string> = { 6: 'SIGABRT', 9: 'SIGKILL', 11: 'SIGSEGV', 15: 'SIGTERM' }

export interface TrainerHost {
  /** Does what the core asks; true where the message was about a trainer. */
  handle(message: FromCore): boolean
  /** Ends every trainer at once: nobody is left to acknowledge what they send. */
  killAll(): void
}

/** Trainers beside the core: main starts them because only main can, and passes messages on unread. */
export function createTrainerHost(start: () => UtilityProcess, toCore: (message: ToCore) => void): TrainerHost {
  const trainers = new Map<number, { child: UtilityProcess; doomed: boolean }>()

  function add(number: number): void {
    const child = start()
    const trainer = { child, doomed: false }
    trainers.set(number, trainer)
    let stderr = ''
    child.stderr?.setEncoding?.('utf8')
    child.stderr?.on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_KEPT)))
    child.once('spawn', () => {
      if (trainer.doomed) killHard(child)
      else if (child.pid !== undefined) toCore({ type: 'trainer.started', trainer: number, pid: child.pid })
    })
    child.on('message', (message: unknown) => toCore({ type: 'trainer.message', trainer: number, message }))
    child.once('exit', (code) => {
      trainers.delete(number)
      // Never inside the exit listener: Electron may crash on a message posted there, and standard error may not be read yet.
      void settled(child).then(() => {
        const signal = SIGNALS[code] ?? null
        toCore({ type: 'trainer.exited', trainer: number, exit: { code: signal ? null : code, signal, stderr } })
      })
    })
  }

  function kill(number: number, signal: 'SIGTERM' | 'SIGKILL'): void {
    const trainer = trainers.get(number)
    if (!trainer) return
    // Before it has a process id a kill is refused, so that it is done when it has.
    if (trainer.child.pid === undefined) trainer.doomed = true
    else if (signal === 'SIGTERM') trainer.child.kill()
    else killHard(trainer.child)
  }

  return {
    handle(message) {
      if (!('trainer' in message)) return false
      if (message.type === 'trainer.start') add(message.trainer)
      else if (message.type === 'trainer.send') trainers.get(message.trainer)?.child.postMessage(message.message)
      else kill(message.trainer, message.signal)
      return true
    },
    killAll() {
      for (const number of [...trainers.keys()]) kill(number, 'SIGKILL')
    },
  }
}

/** By the process id: Electron's own kill asks politely, and cannot ask otherwise. */
export function killHard(child: UtilityProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(child.pid, 'SIGKILL')
  } catch {
    // It was faster.
  }
}

/** Resolves once all that the process printed has been read, after a moment in any case. */
function settled({ stderr }: UtilityProcess): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, STDERR_MS)
    const done = () => {
      clearTimeout(late)
      setImmediate(resolve)
    }
    if (!stderr || (stderr as { readableEnded?: boolean }).readableEnded) done()
    else stderr.once('end', done)
  })
}
