import type { IncomingMessage, ServerResponse } from 'node:http'
import { CODEC_TYPE, decode, decodeText, encode, encodeText } from '../core/api/codec'
import type { Api } from '../core/api/create-api'
import { AppError, serializeError } from '../core/domain/errors'
import { errorStatus } from './error-status'
import { tooLarge } from './guard'
import { cutStalled } from './limits'

export function sendError(response: ServerResponse, error: unknown, status?: number): void {
  const plain = serializeError(error)
  const body = encodeText(plain)
  response.writeHead(status ?? errorStatus(plain.code), {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
  })
  response.end(body)
}

/** Reads a body to its end. @throws AppError `request.tooLarge`, as soon as it is */
async function readBody(request: IncomingMessage, maxBody: number): Promise<Uint8Array> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length
    if (size > maxBody) throw tooLarge(maxBody).error
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

function parseBody(request: IncomingMessage, body: Uint8Array): unknown {
  if (request.headers['content-type']!.startsWith(CODEC_TYPE)) return decode(body)
  return body.length === 0 ? undefined : decodeText(new TextDecoder().decode(body))
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  maxBody: number
  /** How long the answer waits to be taken. */
  stallMs: number
}

/** Answers one call: bytes of the codec, or an error as JSON with its status. */
export async function answerCall(
  api: Api,
  method: string,
  { request, response, maxBody, stallMs }: Exchange,
): Promise<void> {
  // Also closed once it is answered, which gives up nothing.
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    const input = parseBody(request, await readBody(request, maxBody))
    const output = encode(await api.call(method, input, gone.signal))
    response.writeHead(200, {
      'Content-Type': CODEC_TYPE,
      'Content-Length': output.length,
      'Cache-Control': 'no-store',
    })
    cutStalled(response, stallMs)
    response.end(output)
  } catch (error) {
    // What is left of a body that is too large is not read: the connection ends with the answer.
    if (error instanceof AppError && error.code === 'request.tooLarge') response.setHeader('Connection', 'close')
    sendError(response, error)
  }
}
