/** What a page of another origin tries, and what it was told; each attempt runs in the browser. */
export interface Attempt {
  name: string
  /** What it could read: empty where nothing. */
  read: string
}

/**
 * Tries everything that a page may do to another origin. Runs in the page: it can use nothing from outside of it.
 *
 * @param victim origin of Anneal
 * @param token what Anneal asks for; the worst case is a page that knows it
 */
export async function attack({ victim, token }: { victim: string; token: string }): Promise<Attempt[]> {
  const attempts: Attempt[] = []
  const patience = 3000
  /** Waits for one of several events; what does not come in time has told nothing. */
  const told = (arm: (tell: (read: string) => void) => void): Promise<string> =>
    new Promise((resolve) => {
      setTimeout(() => resolve(''), patience)
      arm(resolve)
    })
  const attempt = async (name: string, read: () => Promise<string>) =>
    attempts.push({ name, read: await read().catch(() => '') })

  /** What Anneal's page says in a window, if it stands there: it answers whoever asks. */
  const answerOf = (other: Window | null) =>
    told((tell) => {
      addEventListener('message', ({ data, source }) => source === other && tell(String(data)))
      const asking = setInterval(() => other?.postMessage('?', '*'), 50)
      setTimeout(() => {
        clearInterval(asking)
        tell('')
      }, 1000)
    })

  const call = `${victim}/api/call/runs.change`
  const change = JSON.stringify({ runs: ['victim01'], hidden: true })
  const authorization = { Authorization: `Bearer ${token}` }
  const targets = [`${victim}/`, `${victim}/api/events`, `${victim}/api/call/app.info`]
  const fetched = (url: string, init: RequestInit) => async () => {
    const abort = AbortSignal.timeout(patience)
    const response = await fetch(url, { ...init, signal: abort })
    // An answer that is opaque tells nothing; any other is read.
    return response.type === 'opaque' || response.type === 'opaqueredirect' ? '' : `${response.status}`
  }
  const tries: Promise<unknown>[] = []
  for (const mode of ['cors', 'no-cors', 'same-origin'] as const)
    for (const url of targets) {
      tries.push(attempt(`GET ${url} ${mode}`, fetched(url, { mode })))
      if (mode !== 'no-cors')
        tries.push(attempt(`GET ${url} ${mode} with the token`, fetched(url, { mode, headers: authorization })))
      tries.push(attempt(`HEAD ${url} ${mode}`, fetched(url, { mode, method: 'HEAD', credentials: 'include' })))
    }
  for (const mode of ['cors', 'no-cors', 'same-origin'] as const)
    for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded']) {
      const post = (headers: Record<string, string>) =>
        fetched(call, { mode, method: 'POST', body: change, headers: { 'Content-Type': type, ...headers } })
      tries.push(attempt(`POST ${type} ${mode}`, post({})))
      tries.push(attempt(`POST ${type} ${mode} with the token`, post(authorization)))
    }
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    tries.push(attempt(method, fetched(call, { method, headers: authorization })))
  tries.push(attempt('beacon', async () => (navigator.sendBeacon(call, change), '')))
  tries.push(
    attempt('XMLHttpRequest', () =>
      told((tell) => {
        const request = new XMLHttpRequest()
        request.onload = () => tell(request.responseText || `${request.status}`)
        request.onerror = () => tell('')
        request.open('POST', call)
        request.setRequestHeader('Authorization', authorization.Authorization)
        request.send(change)
      }),
    ),
  )
  tries.push(
    attempt('event stream', () =>
      told((tell) => {
        const stream = new EventSource(`${victim}/api/events?token=${token}`)
        stream.onopen = () => tell('opened')
        stream.onmessage = ({ data }) => tell(String(data))
        stream.onerror = () => tell('')
      }),
    ),
  )
  for (const path of ['/api/events', '/api/call/app.info', '/'])
    tries.push(
      attempt(`WebSocket ${path}`, () =>
        told((tell) => {
          const socket = new WebSocket(victim.replace('http', 'ws') + path, [token])
          socket.onopen = () => tell('opened')
          socket.onmessage = ({ data }) => tell(String(data))
          socket.onerror = () => tell('')
        }),
      ),
    )

  const embedded = (name: string, make: () => HTMLElement & { onload: unknown; onerror: unknown }) =>
    attempt(name, () =>
      told((tell) => {
        const element = make()
        element.onload = () => tell('loaded')
        element.onerror = () => tell('')
        document.body.append(element)
      }),
    )
  for (const path of ['/mark.png', '/api/events'])
    tries.push(embedded(`img ${path}`, () => Object.assign(new Image(), { src: victim + path })))
  for (const path of ['/main.js', '/api/call/app.info'])
    tries.push(
      embedded(`script ${path}`, () => Object.assign(document.createElement('script'), { src: victim + path })),
    )
  tries.push(
    embedded('style', () =>
      Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `${victim}/main.css` }),
    ),
  )
  // A frame that is refused loads an error page in its place, which no one may look into either.
  for (const path of ['/', '/api/events', '/#token=x'])
    for (const kind of ['iframe', 'object', 'embed'] as const)
      tries.push(
        attempt(`${kind} ${path}`, async () => {
          const element = document.createElement(kind)
          element.setAttribute(kind === 'object' ? 'data' : 'src', victim + path)
          const loaded = told((tell) => {
            element.addEventListener('load', () => tell(''))
            element.addEventListener('error', () => tell(''))
          })
          document.body.append(element)
          await loaded
          const answer = await answerOf((element as HTMLIFrameElement).contentWindow)
          return answer || ((element as HTMLIFrameElement).contentDocument?.body.innerText ?? '')
        }),
      )
  for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
    for (const method of ['get', 'post'])
      tries.push(
        attempt(`form ${method} ${enctype}`, async () => {
          const frame = document.createElement('iframe')
          frame.name = `form-${method}-${enctype}`
          const form = Object.assign(document.createElement('form'), {
            action: call,
            enctype,
            method,
            target: frame.name,
          })
          // As text/plain this becomes {"runs":["victim01"],"hidden":true,"x":"="}.
          const field = Object.assign(document.createElement('input'), {
            name: '{"runs":["victim01"],"hidden":true,"x":"',
            value: '"}',
          })
          form.append(field)
          document.body.append(frame, form)
          const answered = told((tell) => frame.addEventListener('load', () => tell('')))
          form.submit()
          await answered
          return frame.contentDocument?.body.innerText ?? ''
        }),
      )
  tries.push(
    attempt('a window of its own', async () => {
      const other = open(`${victim}/`)
      if (!other) return ''
      const heard = await answerOf(other)
      return heard || other.document.body.innerText
    }),
  )
  await Promise.all(tries)
  return attempts
}
