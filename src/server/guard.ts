import { createHash, timingSafeEqual } from 'node:crypto'
import { AppError } from '../core/domain/errors'

/** What a decision needs to know of a request. `hosts` are all Host headers: there must be one. */
export interface RequestFacts {
  method: string
  /** The request target as sent. */
  target: string
  hosts: readonly string[]
  origin: string | undefined
  fetchSite: string | undefined
  authorization: string | undefined
  contentType: string | undefined
  contentLength: string | undefined
}

export interface Policy {
  /** Exact Host headers that are answered, with port. */
  hosts: readonly string[]
  token: string
  /** Largest request body in bytes. */
  maxBody: number
  /** Accepted content types of a body. */
  contentTypes: readonly string[]
}

/** Why a request is not answered: status, and the error that its body holds. */
export interface Refusal {
  status: number
  error: AppError
}

const refuse = (status: number, message: string, hint?: string): Refusal => ({
  status,
  error: new AppError('server.refused', message, { status, ...(hint && { hint }) }),
})

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/** An address as it stands in a URL: IPv6 in brackets. */
export const urlHost = (address: string): string => (address.includes(':') ? `[${address}]` : address)

/** Does a listener on this host hear every address of the machine? */
export const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::'

/**
 * The Host headers that a server on `host` answers: an exact list, which is what keeps foreign names that resolve to
 * this machine (DNS rebinding) out. A server for all addresses answers to those, never to names but localhost.
 *
 * @param addresses of the machine's network interfaces
 */
export function allowedHosts(host: string, port: number, addresses: readonly string[]): string[] {
  const bound = isWildcard(host) ? addresses.map(urlHost) : [urlHost(host.toLowerCase())]
  const loopback = isWildcard(host) || host === 'localhost' ? LOOPBACK : isLoopback(host) ? ['localhost'] : []
  const names = [...new Set([...bound, ...loopback])]
  const withPort = names.map((name) => `${name}:${port}`)
  return port === 80 ? [...withPort, ...names] : withPort
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)

/** Compares tokens in a time that says nothing about where they differ. */
export function sameToken(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

/** Is this for us at all? Every request must pass, also for the page's own files. */
export function judgeHost({ hosts, target }: RequestFacts, policy: Policy): Refusal | null {
  if (hosts.length !== 1 || !policy.hosts.includes(hosts[0]!.toLowerCase()))
    return refuse(
      403,
      'Anneal answers only under its own address',
      `Use one of http://${policy.hosts.join(', http://')}`,
    )
  if (!target.startsWith('/')) return refuse(400, 'The request target must be a path')
  return null
}

/** May it use the core? Own page, or no page at all; always with the token. */
export function judgeApi(request: RequestFacts, policy: Policy): Refusal | null {
  const { origin, fetchSite, authorization, hosts } = request
  if (origin !== undefined && origin !== `http://${hosts[0]!.toLowerCase()}`)
    return refuse(403, 'Other pages may not use this Anneal')
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none')
    return refuse(403, 'Other pages may not use this Anneal')
  const [, given] = /^Bearer ([\w-]+)$/i.exec(authorization ?? '') ?? []
  if (given === undefined || !sameToken(given, policy.token))
    return refuse(
      401,
      'The token is missing or wrong',
      'Open the address with #token=… that Anneal printed at its start',
    )
  return null
}

/** Is the body of an acceptable kind and size, as far as the headers say? */
export function judgeBody({ contentType, contentLength }: RequestFacts, policy: Policy): Refusal | null {
  const type = contentType?.split(';')[0]!.trim().toLowerCase()
  if (!policy.contentTypes.includes(type ?? ''))
    return refuse(415, `The content type must be ${policy.contentTypes.join(' or ')}, got ${type ?? 'none'}`)
  if (contentLength !== undefined && Number(contentLength) > policy.maxBody) return tooLarge(policy.maxBody)
  return null
}

export const tooLarge = (maxBody: number): Refusal => ({
  status: 413,
  error: new AppError('request.tooLarge', `The request is larger than ${maxBody} bytes`, {
    allowed: `${maxBody} bytes`,
  }),
})
