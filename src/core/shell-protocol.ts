import type { PlainError } from './domain/errors'
import type { GrantPurpose } from './files/grants'
import type { TrainerExit } from './jobs/launcher'
import type { ToTrainer } from './jobs/protocol'

/** From the window's main process to the core process. A page's port travels with `connect`. */
export type ToCore =
  | { type: 'connect' }
  /** Stop jobs, close the database, exit. */
  | { type: 'close' }
  | { type: 'trainer.started'; trainer: number; pid: number }
  | { type: 'trainer.message'; trainer: number; message: unknown }
  /** What a grant stands for; null where it is worth nothing. */
  | { type: 'grant.redeemed'; id: number; path: string | null }
  /** The last one about this trainer. */
  | { type: 'trainer.exited'; trainer: number; exit: TrainerExit }

/** From the core process to the window's main process. Trainers are numbered by the core that asks for them. */
export type FromCore =
  | { type: 'ready' }
  /** The workspace cannot be opened; the process waits for `close`. */
  | { type: 'failed'; error: PlainError }
  /** Which file does a grant of the dialogs stand for? It is used up by the question. */
  | { type: 'grant.redeem'; id: number; grant: string; purpose: GrantPurpose }
  | { type: 'trainer.start'; trainer: number }
  | { type: 'trainer.send'; trainer: number; message: ToTrainer }
  | { type: 'trainer.kill'; trainer: number; signal: 'SIGTERM' | 'SIGKILL' }
