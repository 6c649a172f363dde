import { ipcMain, MessageChannelMain, type WebContents } from 'electron'
import { isTrustedSender } from './policies'
import type { Preferences } from './preferences'

/** The channel on which a page gets a port to the core; the preload names it too. */
const PORT = 'anneal:port'

/** Sends a page one end of a new channel, with a sentence for people where there is a reason to say something. */
export function sendPort(
  page: WebContents,
  give: (port: Electron.MessagePortMain) => void,
  notice: string | null,
): void {
  const { port1, port2 } = new MessageChannelMain()
  give(port2)
  page.postMessage(PORT, { notice }, [port1])
}

/** What a page may ask of main, by the name of its channel: the whole list. */
export interface PageRequests {
  'anneal:connect': (page: WebContents) => void
  'anneal:save-as': (page: WebContents, name: unknown) => Promise<{ grant: string; name: string } | null>
  'anneal:choose-file': (page: WebContents) => Promise<{ grant: string; name: string; kind: string } | null>
  'anneal:reveal': (page: WebContents, grant: unknown) => void
  /** Changes what main has to know of the page's settings, if anything is given, and tells all of it. */
  'anneal:prefer': (page: WebContents, change: unknown) => Preferences
}

/** Answers our own page; anybody else gets an error. */
export function answerPages(isOwnPage: (page: WebContents) => boolean, requests: PageRequests): void {
  for (const [channel, answer] of Object.entries(requests))
    ipcMain.handle(channel, (event, given: unknown) => {
      const trusted = isTrustedSender({ frame: event.senderFrame, ownPage: isOwnPage(event.sender) })
      if (!trusted) throw new Error('Only the Anneal page may connect to the core')
      return (answer as (page: WebContents, given: unknown) => unknown)(event.sender, given)
    })
}
