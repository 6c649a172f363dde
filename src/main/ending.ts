import { app } from 'electron'
import { argumentsFor } from './arguments'
import type { MainWindow } from './main-window'

/** The end of the program, and what comes after it. */
export interface Ending {
  /** Ends everything in order: stop flags, checkpoints, flush, database, processes, program; the core does the first four. */
  end(): Promise<void>
  /** After its end the program is to start again with that workspace. */
  startAgainWith(dir: string): void
  /** The exit code is to say that something went wrong. */
  failed(): void
  /** Is there nothing left to be ended? */
  isOver(): boolean
}

interface Options {
  /** The command line, without the program. */
  args: readonly string[]
  window: MainWindow
  /** How many runs train or wait. */
  liveCount: () => number
  closeCore: () => Promise<void>
}

/** Ends the program once everything in it has ended. */
export function createEnding({ args, window, liveCount, closeCore }: Options): Ending {
  let next: string | null = null
  let exitCode = 0
  let over = false
  return {
    async end() {
      const live = liveCount()
      window.rememberPlace()
      if (live)
        window.current()?.setTitle(`Anneal: stopping ${live === 1 ? 'a run' : `${live} runs`} after a checkpoint …`)
      await closeCore()
      over = true
      // An AppImage is started by its own file, not by what is unpacked from it.
      const execPath = process.env.APPIMAGE
      if (next) app.relaunch({ args: argumentsFor(args, next), ...(execPath && { execPath }) })
      app.exit(exitCode)
    },
    startAgainWith: (dir) => void (next = dir),
    failed: () => void (exitCode = 1),
    isOver: () => over,
  }
}
