import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { TestWheel } from './make-wheel'

/** What an index does with a wheel that is asked for. */
export type Answer =
  | 'whole'
  /** Sends the first half, then nothing more, and keeps the connection open. */
  | 'stall'
  /** Promises all, sends half, and breaks the connection off. */
  | 'break'
  /** Sends half of it as if that were all. */
  | 'short'
  | { status: number }
  | { content: Buffer }

/**
 * A package index (PEP 503) on this machine with a few wheels, which may behave badly; it goes when the test ends.
 * Asking it leaves the network out of the test, and pip in.
 */
export async function startIndex(wheels: readonly TestWheel[], answer: Answer = 'whole') {
  let behaviour = answer
  const asked: string[] = []
  const waiting: { file: string; tell: () => void }[] = []
  const closed: Promise<unknown>[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    const found = wheels.find(({ wheel }) => path === `/files/${wheel.file}`)
    if (found) {
      asked.push(found.wheel.file)
      closed.push(once(response, 'close'))
      send(response, found, behaviour)
      for (const { file, tell } of waiting) if (file === found.wheel.file) tell()
      return
    }
    const project = /^\/simple\/([\w-]+)\/$/.exec(path)?.[1]
    const files = wheels.filter(({ wheel }) => wheel.file.split('-')[0]!.replaceAll('_', '-') === project)
    if (!files.length) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(files.map(({ wheel }) => `<a href="/files/${wheel.file}">${wheel.file}</a>`).join('\n'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/simple/`,
    /** Files that were asked for, each time. */
    asked,
    behave: (next: Answer) => void (behaviour = next),
    /** Resolves when a wheel is asked for. */
    whenAsked: ({ wheel: { file } }: TestWheel) =>
      asked.includes(file) ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ file, tell: resolve })),
    /** Resolves when nobody listens to an answer any more. */
    whenLeft: () => Promise.all(closed),
  }
}

function send(response: ServerResponse, { content }: TestWheel, behaviour: Answer): void {
  const half = content.subarray(0, content.length >> 1)
  const head = (length: number) => response.writeHead(200, { 'content-length': length })
  if (behaviour === 'whole') return void head(content.length).end(content)
  if (behaviour === 'short') return void head(half.length).end(half)
  if (behaviour === 'stall') return void head(content.length).write(half)
  if (behaviour === 'break') return void head(content.length).write(half, () => response.destroy())
  if ('status' in behaviour) return void response.writeHead(behaviour.status).end()
  head(behaviour.content.length).end(behaviour.content)
}
