import type { CoreEvent } from '../core/api/contract'
import type { Transport } from '../core/api/transport'
import { createPortTransport, type MessagePortLike, type PortTransport } from '../core/api/transports/port'
import type { Shell } from './desktop/shell'

/** Carries a port: after connect(), and again when the core was started anew. */
interface PortMessage {
  type: 'anneal:port'
  /** Why there is a new port, for people; null after connect(). */
  notice: string | null
}

/** Messages of our own window only; a frame or another window could post one that looks like it. */
const isPortMessage = (event: MessageEvent): event is MessageEvent<PortMessage> =>
  event.source === window &&
  event.origin === window.location.origin &&
  (event.data as Partial<PortMessage> | null)?.type === 'anneal:port' &&
  event.ports.length === 1

/**
 * Connects the page of the desktop window with its core. The connection survives the core: after a restart it goes on
 * over the new port, and listeners hear `open` and why. @throws where main refuses
 */
export function connectPort(bridge: Pick<Shell, 'connect'>): Promise<Transport> {
  const listeners = new Set<(event: CoreEvent) => void>()
  let transport: PortTransport | null = null
  /** Why the first port came, where there was a page before; told to everyone who begins to listen. */
  let first: string | null = null

  const tell = (notice: string) => {
    for (const listener of [...listeners]) listener({ type: 'notice', level: 'caution', message: notice })
  }
  return new Promise((resolve, reject) => {
    const receive = (event: MessageEvent) => {
      if (!isPortMessage(event)) return
      // The web's own type names its listeners too narrowly for an interface that other runtimes share.
      const port = event.ports[0] as unknown as MessagePortLike
      const { notice } = event.data
      if (!transport) {
        first = notice
        return resolve(withNotices((transport = createPortTransport(port))))
      }
      transport.reconnect(port)
      if (notice) tell(notice)
    }
    const withNotices = (core: Transport): Transport => ({
      ...core,
      subscribe(listener) {
        const off = core.subscribe(listener)
        listeners.add(listener)
        // Each hears it: the first to listen may be long before what says it to people.
        if (first) {
          const message = first
          setTimeout(() => listeners.has(listener) && listener({ type: 'notice', level: 'caution', message }))
        }
        return () => {
          listeners.delete(listener)
          off()
        }
      },
      close() {
        window.removeEventListener('message', receive)
        core.close()
      },
    })
    window.addEventListener('message', receive)
    bridge.connect().catch((error: unknown) => {
      window.removeEventListener('message', receive)
      reject(error)
    })
  })
}
