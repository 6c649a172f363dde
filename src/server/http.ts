import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { pipeline } from 'node:stream/promises'
import { CODEC_TYPE } from '../core/api/codec'
import type { Api } from '../core/api/create-api'
import { AppError } from '../core/domain/errors'
import { MOST_BYTES } from '../core/domain/file-kind'
import { answerCall, sendError } from './answer-call'
import {
  allowedHosts,
  isWildcard,
  judgeApi,
  judgeBody,
  judgeHost,
  type Policy,
  type RequestFacts,
  urlHost,
} from './guard'
import { cutStalled, LIMITS, MAX_HEADER_BYTES, type ServerLimits } from './limits'
import { SECURITY_HEADERS } from './security-headers'
import { sendEvents } from './sse'
import { findPageFile } from './static'

export interface ServeOptions {
  api: Api
  /** 0 takes a free one. */
  port: number
  /** Only this machine unless another address is given. */
  host?: string
  /** Folder with the built page. */
  rendererDir: string
  /** At least 32 random bytes as text, letters, digits, `-` and `_`. */
  token: string
  limits?: Partial<ServerLimits>
}

export interface Serving {
  /** Origin, for example `http://127.0.0.1:8377`. */
  address: string
  /** What to open: address with the token in its fragment, which is never sent. */
  url: string
  close(): Promise<void>
}

const MAX_BODY = 2 ** 20
/** Methods that take a file, which has the body of a call around it. */
const LARGE_BODIES: Record<string, number> = { 'import.bundle': MOST_BYTES.bundle + MAX_BODY }
const CALL = '/api/call/'

/**
 * Serves the page and the core on localhost. The page's files need no token; the core answers only to one.
 * @throws AppError `server.port` where the port or the address cannot be had
 */
export async function serve({
  api,
  port,
  host = '127.0.0.1',
  rendererDir,
  token,
  limits: given,
}: ServeOptions): Promise<Serving> {
  if (!/^[\w-]{32,}$/.test(token))
    throw new AppError('internal', 'The token must be 32 or more letters, digits, - and _')
  const policy: Policy = { hosts: [], token, maxBody: MAX_BODY, contentTypes: [CODEC_TYPE, 'application/json'] }
  const limits = { ...LIMITS, ...given }
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
      keepAliveTimeout: 5_000,
      maxHeaderSize: MAX_HEADER_BYTES,
      requireHostHeader: false,
    },
    (request, response) => void answer(request, response).catch((error) => response.destroy(error)),
  )
  // Not every Node refuses more than so many: some leave them out, with a second Host among them. Their bytes are limited.
  server.maxHeadersCount = 0
  server.maxConnections = limits.connections

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    const facts = factsOf(request)
    const isApi = facts.target.startsWith('/api/')
    const refusal = judgeHost(facts, policy) ?? (isApi ? judgeApi(facts, policy) : null)
    if (refusal) return end(response, refusal.error, refusal.status)
    return isApi ? answerApi(facts, request, response) : answerPage(facts, response)
  }

  const answerApi = async (facts: RequestFacts, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = facts.target.split('?', 1)[0]!
    if (path === '/api/events') {
      if (facts.method !== 'GET') return notAllowed(response, 'GET')
      return sendEvents(api, response)
    }
    if (!path.startsWith(CALL)) return end(response, new AppError('method.unknown', 'There is nothing here'), 404)
    if (facts.method !== 'POST') return notAllowed(response, 'POST')
    const method = methodName(path.slice(CALL.length))
    const maxBody = Object.hasOwn(LARGE_BODIES, method) ? LARGE_BODIES[method]! : MAX_BODY
    const refusal = judgeBody(facts, { ...policy, maxBody })
    if (refusal) return end(response, refusal.error, refusal.status)
    await answerCall(api, method, { request, response, maxBody, stallMs: limits.stallMs })
  }

  const answerPage = async (facts: RequestFacts, response: ServerResponse): Promise<void> => {
    if (facts.method !== 'GET' && facts.method !== 'HEAD') return notAllowed(response, 'GET, HEAD')
    const found = await findPageFile(rendererDir, facts.target)
    if (!found) return end(response, new AppError('server.refused', 'There is no such page'), 404)
    response.writeHead(200, { ...found.headers, 'Content-Length': found.size })
    if (facts.method === 'HEAD') return void response.end()
    cutStalled(response, limits.stallMs)
    await pipeline(createReadStream(found.file), response)
  }

  await listen(server, port, host)
  const bound = (server.address() as AddressInfo).port
  policy.hosts = allowedHosts(host, bound, ownAddresses())
  const name = isWildcard(host) ? (host === '::' ? '[::1]' : '127.0.0.1') : urlHost(host)
  const address = `http://${name}:${bound}`
  return {
    address,
    url: `${address}/#token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // Event streams would keep it open for ever.
        server.closeAllConnections()
      }),
  }
}

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? [])

function factsOf(request: IncomingMessage): RequestFacts {
  const { headers, rawHeaders } = request
  const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join() : value)
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    // Node keeps the first of several; a second one must not go unseen.
    hosts: rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === 'host'),
    origin: one(headers.origin),
    fetchSite: one(headers['sec-fetch-site']),
    authorization: headers.authorization,
    contentType: headers['content-type'],
    contentLength: headers['content-length'],
  }
}

const methodName = (encoded: string): string => {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded
  }
}

/** A refused request's body is not read: its connection ends with the answer. */
function end(response: ServerResponse, error: AppError, status: number): void {
  response.setHeader('Connection', 'close')
  sendError(response, error, status)
}

function notAllowed(response: ServerResponse, allowed: string): void {
  response.setHeader('Allow', allowed)
  end(response, new AppError('server.refused', `Only ${allowed} is answered here`), 405)
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)))
    server.listen({ port, host }, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

function listenError(cause: NodeJS.ErrnoException, port: number, host: string): AppError {
  const fail = (message: string, field: string, hint: string) =>
    new AppError('server.port', message, { field, got: field === '--port' ? String(port) : host, hint }, { cause })
  switch (cause.code) {
    case 'EADDRINUSE':
      return fail(
        `Port ${port} on ${host} is taken by another program`,
        '--port',
        'Name another with --port N, or leave it out for a free one',
      )
    case 'EACCES':
      return fail(`Port ${port} on ${host} may not be used by this user`, '--port', 'Name one above 1023 with --port N')
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return fail(`${host} is no address of this machine`, '--host', 'Leave --host out for 127.0.0.1')
    default:
      return fail(`Cannot listen on ${host}, port ${port}: ${cause.message}`, '--port', 'Name another with --port N')
  }
}
