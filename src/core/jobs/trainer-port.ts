import type { FromTrainer } from './protocol'

/** A trainer's line to whoever started it. */
export interface TrainerPort {
  send(message: FromTrainer): void
  /** Anything may come: see parseToTrainer. */
  onMessage(listener: (message: unknown) => void): void
  /** The other side is gone: nobody will acknowledge anything any more. */
  onLost(listener: () => void): void
}

/** The part of Electron's utility process API that a trainer uses. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/** One trainer file, two launchers: a utility process has `parentPort`, a forked child has `process.send`. */
export function openTrainerPort(): TrainerPort {
  const parentPort = (process as { parentPort?: ParentPort }).parentPort
  if (parentPort) {
    return {
      // No transfer list: Electron drops messages that transfer an ArrayBuffer between processes.
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data)),
      onLost: () => {},
    }
  }
  if (!process.send) throw new Error('A trainer is started by Anneal, not by hand')
  return {
    send: (message) => process.send!(message),
    onMessage: (listener) => process.on('message', listener),
    onLost: (listener) => process.on('disconnect', listener),
  }
}
