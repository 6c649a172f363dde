import { MessageChannelMain, type WebContents } from 'electron'
import type { MessagePortLike } from '../core/api/transports/port'
import { sendPort } from './connect-pages'
import { createCoreHost } from './core-host'
import { forkUtility } from './fork'
import type { Grants } from './grants'
import { built } from './places'
import type { RunWatch } from './run-watch'

/** The core as the rest of the program sees it. */
export interface CoreLink {
  /** Gives a page that asks for it a port to the core, with what it is to be told. */
  connect(page: WebContents): void
  /** What a page is to be told when it asks next. */
  tellNext(notice: string): void
  /** Main's own port; call once, when there is a window. */
  watch(): void
  /** Ends the core in order. */
  close(): Promise<void>
}

interface Options {
  /** Workspace folder. */
  dir: string
  grants: Grants
  watch: RunWatch
  /** The page that is open. */
  page: () => WebContents | undefined
  /** Nothing can go on; with words for people. */
  onFailed: (message: string, detail: string) => void
}

/** Starts the core and links pages, and main itself, to it: again when it had to be started again. */
export function linkCore({ dir, grants, watch, page, onFailed }: Options): CoreLink {
  let notice: string | null = null
  const core = createCoreHost({
    startCore: () => forkUtility(built('node/core-process.js'), [dir], 'Anneal core'),
    startTrainer: () => forkUtility(built('node/trainer.js'), [], 'Anneal trainer'),
    redeem: grants.redeem,
    onFailed: ({ message, details }) => onFailed(message, details.hint ?? `The workspace is ${dir}`),
    onRestarted: (why) => {
      watchCore()
      const open = page()
      if (open) sendPort(open, core.connect, why)
    },
    onGaveUp: (how) =>
      onFailed(
        'The core ended again and again',
        `${how}\nEvery stored step is kept in ${dir}. "anneal doctor" checks it.`,
      ),
  })
  function watchCore(): void {
    const { port1, port2 } = new MessageChannelMain()
    core.connect(port2)
    watch.connect(port1 as unknown as MessagePortLike)
  }
  return {
    connect(page) {
      sendPort(page, core.connect, notice)
      notice = null
    },
    tellNext: (why) => void (notice = why),
    watch: watchCore,
    close: core.close,
  }
}
