import type { FromCore, ToCore } from '../shell-protocol'
import type { Launcher, TrainerExit } from './launcher'

interface Trainer {
  pid: number | undefined
  message: (message: unknown) => void
  exit: (exit: TrainerExit) => void
}

/**
 * Asks the window's main process for trainers: in Electron only that one may start utility processes.
 *
 * @returns the launcher, and what it must be told of the shell's messages; true where a message was about a trainer
 */
export function shellLauncher(send: (message: FromCore) => void): {
  launch: Launcher
  receive(message: ToCore): boolean
} {
  const trainers = new Map<number, Trainer>()
  let count = 0
  return {
    launch() {
      const number = ++count
      const trainer: Trainer = { pid: undefined, message: () => {}, exit: () => {} }
      trainers.set(number, trainer)
      send({ type: 'trainer.start', trainer: number })
      return {
        get pid() {
          return trainer.pid
        },
        send: (message) => send({ type: 'trainer.send', trainer: number, message }),
        onMessage: (listener) => (trainer.message = listener),
        onExit: (listener) => (trainer.exit = listener),
        kill: (signal) => send({ type: 'trainer.kill', trainer: number, signal }),
      }
    },
    receive(message) {
      if (!('trainer' in message)) return false
      // A trainer that is unknown has said its last word.
      const trainer = trainers.get(message.trainer)
      if (message.type === 'trainer.started' && trainer) trainer.pid = message.pid
      if (message.type === 'trainer.message') trainer?.message(message.message)
      if (message.type === 'trainer.exited') {
        trainers.delete(message.trainer)
        trainer?.exit(message.exit)
      }
      return true
    },
  }
}
