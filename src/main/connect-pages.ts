import { ipcMain, MessageChannelMain, type WebContents } from 'electron'
import { isTrustedSender } from './policies'

/** The only two channels between main and a page; the preload names them too. */
const CONNECT = 'anneal:connect'
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

/** Answers pages that ask for the core; anybody else gets an error. */
export function connectPages(isOwnPage: (page: WebContents) => boolean, connect: (page: WebContents) => void): void {
  ipcMain.handle(CONNECT, (event) => {
    const trusted = isTrustedSender({ frame: event.senderFrame, ownPage: isOwnPage(event.sender) })
    if (!trusted) throw new Error('Only the Anneal page may connect to the core')
    connect(event.sender)
  })
}
