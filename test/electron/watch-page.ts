import type { DevTools } from './devtools'

export interface Watched {
  /** Addresses of all requests since watching began. */
  requests: string[]
  /** Errors in the console, uncaught exceptions and violations of the content security policy. */
  complaints: string[]
  /** Resolves when the next navigation that is asked for has come to its end, whatever that is. */
  navigationEnds(): Promise<void>
}

/** Starts to keep what a page asks for and complains about. */
export async function watchPage(page: DevTools): Promise<Watched> {
  const requests: string[] = []
  const complaints: string[] = []
  page.on<{ request: { url: string } }>('Network.requestWillBeSent', ({ request }) => requests.push(request.url))
  page.on<{ exceptionDetails: object }>('Runtime.exceptionThrown', ({ exceptionDetails }) =>
    complaints.push(JSON.stringify(exceptionDetails)),
  )
  page.on<{ entry: { level: string; text: string } }>('Log.entryAdded', ({ entry }) => {
    if (entry.level === 'error') complaints.push(entry.text)
  })
  page.on<{ type: string; args: object[] }>('Runtime.consoleAPICalled', ({ type, args }) => {
    if (type === 'error' || type === 'warning') complaints.push(JSON.stringify(args))
  })
  for (const domain of ['Network', 'Runtime', 'Log', 'Page']) await page.send(`${domain}.enable`)
  return {
    requests,
    complaints,
    navigationEnds: () =>
      new Promise((resolve) => {
        let asked = false
        page.on('Page.frameRequestedNavigation', () => (asked = true))
        page.on('Page.frameStoppedLoading', () => asked && resolve())
      }),
  }
}
