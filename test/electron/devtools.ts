/** A page of an old Chromium over its debugging protocol; today's Playwright makes Chromium 108 hang or crash. */
export interface DevTools {
  /** Runs an expression in the page and returns its value, awaited. @throws where it throws there */
  evaluate<T>(expression: string): Promise<T>
  /** Sends a protocol command. */
  send(method: string, params?: object): Promise<Record<string, unknown>>
  /** Calls back for every event of a name. */
  on<P = object>(event: string, listener: (params: P) => void): void
  close(): void
}

/** Nothing that the tests ask of a page takes this long. */
const ANSWER_MS = 20_000

interface Answer {
  id?: number
  method?: string
  params?: object
  result?: Record<string, unknown>
  error?: { message: string }
}

/** Connects to a target's debugger. */
export async function connectDevTools(address: string): Promise<DevTools> {
  const socket = new WebSocket(address)
  const calls = new Map<number, PromiseWithResolvers<Record<string, unknown>>>()
  const listeners: { event: string; listener: (params: never) => void }[] = []
  let lastId = 0

  socket.addEventListener('message', ({ data }) => {
    const { id, method, params, result, error } = JSON.parse(String(data)) as Answer
    if (id === undefined) {
      for (const { event, listener } of listeners) if (event === method) listener((params ?? {}) as never)
      return
    }
    const call = calls.get(id)
    calls.delete(id)
    if (error) call?.reject(new Error(error.message))
    else call?.resolve(result ?? {})
  })
  socket.addEventListener('close', () => {
    for (const { reject } of calls.values()) reject(new Error('The page is gone'))
    calls.clear()
  })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('error', () => reject(new Error(`No debugger at ${address}`)))
  })

  const send = (method: string, params: object = {}) => {
    const call = Promise.withResolvers<Record<string, unknown>>()
    const id = ++lastId
    const late = setTimeout(
      () => call.reject(new Error(`${method} was not answered within ${ANSWER_MS / 1000} s`)),
      ANSWER_MS,
    )
    calls.set(id, call)
    void call.promise.finally(() => clearTimeout(late)).catch(() => {})
    socket.send(JSON.stringify({ id, method, params }))
    return call.promise
  }
  return {
    send,
    async evaluate<T>(expression: string) {
      const options = { expression, awaitPromise: true, returnByValue: true, userGesture: true }
      const { result, exceptionDetails } = (await send('Runtime.evaluate', options)) as {
        result: { value: T; description?: string }
        exceptionDetails?: { text: string }
      }
      if (exceptionDetails) throw new Error(`${exceptionDetails.text} ${result.description ?? ''}`)
      return result.value
    },
    on: (event, listener) => void listeners.push({ event, listener }),
    close: () => socket.close(),
  }
}
