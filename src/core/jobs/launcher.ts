import type { ToTrainer } from './protocol'

/** A started trainer process, whatever started it. */
export interface TrainerProcess {
  readonly pid: number | undefined
  send(message: ToTrainer): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, after the last message. */
  onExit(listener: (exit: { code: number | null; signal: string | null; stderr: string }) => void): void
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

/** Starts trainer processes: by fork in plain Node, as a utility process in Electron. */
export type Launcher = () => TrainerProcess
