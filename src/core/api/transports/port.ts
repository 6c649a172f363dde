import { createEmitter } from '../../emitter'
import { AppError, parseError, type PlainError, serializeError } from '../../domain/errors'
import { decode, encode } from '../codec'
import type { CoreEvent } from '../contract'
import type { Api } from '../create-api'
import type { Transport } from '../transport'
import { cancellable } from './cancellable'

/** One end of a channel: the web's MessagePort, Node's, or Electron's MessagePortMain. */
export interface MessagePortLike {
  postMessage(message: unknown): void
  /** The web and Node. */
  addEventListener?(type: 'message' | 'close', listener: (event: object) => void): void
  /** Electron, whose events carry `data` too. */
  on?(type: 'message' | 'close', listener: (event: object) => void): unknown
  start?(): void
  close(): void
}

/**
 * Every message is one array of bytes of the codec: what a port's structured clone takes differs from runtime to
 * runtime (a page's reactive objects are refused, for example). Nothing is transferred: Electron drops such messages.
 */
type ToCore =
  { type: 'call'; id: number; method: string; input: unknown } | { type: 'cancel'; id: number } | { type: 'bye' }
type FromCore =
  | { type: 'result'; id: number; output: unknown }
  | { type: 'error'; id: number; error: PlainError }
  | { type: 'event'; event: CoreEvent }

function listen(port: MessagePortLike, onMessage: (message: unknown) => void, onClose: () => void): void {
  const heard = (event: object) => onMessage((event as { data?: unknown }).data)
  if (port.addEventListener) {
    port.addEventListener('message', heard)
    port.addEventListener('close', onClose)
  } else {
    port.on!('message', heard)
    port.on!('close', onClose)
  }
  port.start?.()
}

/** A message of the other side; null for anything that is none. */
function read<T>(message: unknown): T | null {
  if (!ArrayBuffer.isView(message)) return null
  try {
    const value = decode(new Uint8Array(message.buffer as ArrayBuffer, message.byteOffset, message.byteLength))
    return typeof value === 'object' && value !== null ? (value as T) : null
  } catch {
    return null
  }
}

const lost = (method: string): AppError =>
  new AppError('server.refused', `The connection to the core was lost while ${method} was under way`, {
    method,
    hint: 'What is stored is kept; try again once the connection is back',
  })

export interface PortTransport extends Transport {
  /** Goes on over a new port, after the core was started again; calls under way on the old one fail. */
  reconnect(port: MessagePortLike): void
}

/** A connection to a core behind a message port. */
export function createPortTransport(first: MessagePortLike): PortTransport {
  const events = createEmitter<CoreEvent>()
  const states = createEmitter<'open' | 'lost'>()
  const pending = new Map<number, { method: string; resolve(output: unknown): void; reject(error: AppError): void }>()
  let port: MessagePortLike | null = null
  let closed = false
  let lastId = 0

  const failPending = () => {
    for (const { method, reject } of pending.values()) reject(lost(method))
    pending.clear()
  }
  const receive = (from: MessagePortLike, data: unknown) => {
    const message = from === port ? read<FromCore>(data) : null
    if (message?.type === 'event') return events.emit(message.event)
    const call = message && pending.get(message.id)
    if (!call) return
    pending.delete(message.id)
    if (message.type === 'result') call.resolve(message.output)
    else call.reject(parseError(message.error))
  }
  const use = (next: MessagePortLike) => {
    port = next
    const onClose = () => {
      if (port !== next) return
      port = null
      failPending()
      if (!closed) states.emit('lost')
    }
    listen(next, (data) => receive(next, data), onClose)
  }
  const send = (method: string, input: unknown, signal?: AbortSignal): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(new AppError('cancelled', 'The connection is closed'))
      if (!port) return reject(lost(method))
      const id = ++lastId
      const message = encode({ type: 'call', id, method, input } satisfies ToCore)
      port.postMessage(message)
      const to = port
      const giveUp = () => to.postMessage(encode({ type: 'cancel', id } satisfies ToCore))
      signal?.addEventListener('abort', giveUp, { once: true })
      const settled =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener('abort', giveUp)
          settle(value)
        }
      pending.set(id, { method, resolve: settled(resolve), reject: settled(reject) })
    })
  use(first)

  return {
    call: ((method: string, input: unknown, options?: { signal?: AbortSignal }) =>
      cancellable(method, options?.signal, () => send(method, input, options?.signal))) as Transport['call'],
    subscribe: events.on,
    onState: states.on,
    reconnect(next) {
      if (closed) return next.close()
      const old = port
      use(next)
      failPending()
      old?.close()
      states.emit('open')
    },
    close() {
      if (closed) return
      closed = true
      // Electron's old versions do not tell the other side when a port is closed.
      port?.postMessage(encode({ type: 'bye' } satisfies ToCore))
      port?.close()
      port = null
      failPending()
    },
  }
}

/**
 * Answers calls that come through a port and sends it every event, until it is closed.
 * @returns ends it and closes the port
 */
export function servePort(api: Api, port: MessagePortLike): () => void {
  let open = true
  const send = (message: FromCore) => {
    if (open) port.postMessage(encode(message))
  }
  const underWay = new Map<number, AbortController>()
  const answer = async (id: number, method: string, input: unknown): Promise<void> => {
    const controller = new AbortController()
    underWay.set(id, controller)
    try {
      send({ type: 'result', id, output: await api.call(method, input, controller.signal) })
    } catch (error) {
      send({ type: 'error', id, error: serializeError(error) })
    } finally {
      underWay.delete(id)
    }
  }
  const stop = () => {
    open = false
    off()
    for (const controller of underWay.values()) controller.abort()
  }
  const close = () => {
    if (!open) return
    stop()
    port.close()
  }
  const off = api.subscribe((event) => send({ type: 'event', event }))
  listen(
    port,
    (data) => {
      const message = read<ToCore>(data)
      if (message?.type === 'bye') return close()
      if (message?.type === 'cancel') return underWay.get(message.id)?.abort()
      if (message?.type !== 'call' || !Number.isSafeInteger(message.id)) return
      // Anything may stand there: an object whose toString is no function would end the process.
      void answer(message.id, typeof message.method === 'string' ? message.method : '', message.input)
    },
    stop,
  )
  return close
}
