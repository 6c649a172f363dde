import type { ServerResponse } from 'node:http'

/** What one client may cost, in ms and in number. */
export interface ServerLimits {
  /** From the connection, or the end of the answer before, to the end of a request's headers. */
  headersMs: number
  /** The same to the end of its body. */
  requestMs: number
  /** How often the two above are looked at: a slow request lives that much longer. */
  checkMs: number
  /** Without a byte of an answer being taken. */
  stallMs: number
  connections: number
}

export const LIMITS: ServerLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 2_000,
  stallMs: 30_000,
  connections: 256,
}

/** Bytes of a request's line and headers. */
export const MAX_HEADER_BYTES = 16_384

/** Ends the connection of a client that asks for something and then does not take it; from where the answer begins. */
export function cutStalled(response: ServerResponse, ms: number): void {
  response.setTimeout(ms, () => response.destroy())
}
