import { createEmitter } from '../../emitter'
import { AppError, parseError } from '../../domain/errors'
import { CODEC_TYPE, decode, decodeText, encode } from '../codec'
import type { CoreEvent } from '../contract'
import type { Transport } from '../transport'
import { cancellable } from './cancellable'
import { readEvents } from './event-stream'

export interface HttpOptions {
  /** Origin of the server, for example `http://127.0.0.1:8377`; empty for the page's own. */
  base: string
  token: string
  /** How long to wait before connecting again, in ms: doubled each time, from `least` to `most`. */
  backOff?: { least: number; most: number }
  /** A stream that is silent for this long is taken for lost; the server says something every 15 s. */
  silenceMs?: number
}

/** A connection to a core behind `anneal serve`. The event stream is held open only while somebody listens. */
export function createHttpTransport({
  base,
  token,
  backOff = { least: 250, most: 5000 },
  silenceMs = 40_000,
}: HttpOptions): Transport {
  const headers = { Authorization: `Bearer ${token}` }
  const events = createEmitter<CoreEvent>()
  const states = createEmitter<'open' | 'lost'>()
  const closing = new AbortController()
  let listeners = 0
  let stream: { abort: AbortController; tried: Promise<void> } | null = null

  /** One stream until it breaks. */
  const receive = async (signal: AbortSignal, onOpen: () => void): Promise<void> => {
    const silent = new AbortController()
    let timer = setTimeout(() => silent.abort(), silenceMs)
    const heard = () => {
      clearTimeout(timer)
      timer = setTimeout(() => silent.abort(), silenceMs)
    }
    try {
      const response = await fetch(`${base}/api/events`, { headers, signal: AbortSignal.any([signal, silent.signal]) })
      if (!response.ok || !response.body) return void (await response.body?.cancel())
      onOpen()
      for await (const data of readEvents(response.body, heard)) {
        if (signal.aborted) return
        events.emit(decodeText(data) as CoreEvent)
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Connects again and again until nobody listens any more; `tried` tells that the first attempt has come to something. */
  const hold = async (signal: AbortSignal, tried: () => void): Promise<void> => {
    let wait = backOff.least
    let isLost = false
    while (!signal.aborted) {
      const opened = () => {
        wait = backOff.least
        if (isLost) states.emit('open')
        isLost = false
        tried()
      }
      await receive(signal, opened).catch(() => {})
      if (signal.aborted) break
      if (!isLost) states.emit('lost')
      isLost = true
      tried()
      await pause(wait, signal)
      wait = Math.min(2 * wait, backOff.most)
    }
    tried()
  }

  const listen = <T>(add: (listener: T) => () => void) => {
    return (listener: T) => {
      const off = add(listener)
      listeners++
      if (!stream && !closing.signal.aborted) {
        const abort = new AbortController()
        const { promise, resolve } = Promise.withResolvers<void>()
        stream = { abort, tried: promise }
        void hold(abort.signal, resolve)
      }
      let on = true
      return () => {
        if (!on) return
        on = false
        off()
        if (--listeners === 0) endStream()
      }
    }
  }
  const endStream = () => {
    stream?.abort.abort()
    stream = null
  }

  const call = async (method: string, input: unknown, signal?: AbortSignal): Promise<unknown> => {
    const body = encode(input)
    // Whoever listened before this call hears what it causes: the stream stands first, or has failed.
    await stream?.tried
    const response = await fetch(`${base}/api/call/${encodeURIComponent(method.toWellFormed())}`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': CODEC_TYPE },
      body,
      signal: signal ? AbortSignal.any([signal, closing.signal]) : closing.signal,
    }).catch((error: unknown) => {
      throw unreachable(base, error)
    })
    const bytes = new Uint8Array(
      await response.arrayBuffer().catch((error: unknown) => {
        throw unreachable(base, error)
      }),
    )
    if (response.headers.get('content-type') === CODEC_TYPE) return decode(bytes)
    throw await errorOf(response.status, new TextDecoder().decode(bytes))
  }

  return {
    call: (async (method: string, input: unknown, options?: { signal?: AbortSignal }) => {
      if (closing.signal.aborted) throw new AppError('cancelled', 'The connection is closed')
      return cancellable(method, options?.signal, () => call(method, input, options?.signal))
    }) as Transport['call'],
    subscribe: listen(events.on),
    onState: listen(states.on),
    close() {
      closing.abort()
      endStream()
    },
  }
}

const unreachable = (base: string, cause: unknown): AppError =>
  new AppError(
    'server.refused',
    `Anneal does not answer${base ? ` at ${base}` : ''}`,
    { hint: 'Is it still running?' },
    { cause },
  )

/** What an answer that is no result says; anything that is not Anneal's own error is told by its status. */
function errorOf(status: number, body: string): AppError {
  try {
    return parseError(decodeText(body))
  } catch {
    return new AppError('server.refused', `The server answered with status ${status} and no reason`, { status })
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
