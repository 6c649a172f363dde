import type { ToTrainer } from './protocol'

/** How a trainer process ended; code is null where a signal ended it or it could not be started. */
export interface TrainerExit {
  code: number | null
  signal: string | null
  stderr: string
}

/** A started trainer process, whatever started it. */
export interface TrainerProcess {
  readonly pid: number | undefined
  send(message: ToTrainer): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, after the last message. */
  onExit(listener: (exit: TrainerExit) => void): void
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

/** Starts trainer processes: by fork in plain Node, as a utility process in Electron. */
export type Launcher = () => TrainerProcess
