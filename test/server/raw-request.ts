import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  headers: Record<string, string>
  body: string
  /** Everything, as received. */
  text: string
}

/** Sends bytes to a port and reads until the other side closes: what no HTTP client would send. */
export function rawRequest(port: number, ...pieces: (string | Uint8Array)[]): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const received: Buffer[] = []
    socket.on('data', (piece) => received.push(piece))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server may close before it has read all; what it said before counts.
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error)
    })
    socket.on('close', () => resolve(parse(Buffer.concat(received).toString('latin1'))))
    for (const piece of pieces) socket.write(piece)
  })
}

function parse(text: string): RawAnswer {
  const [head = '', ...body] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  return { status: Number(first.split(' ')[1] ?? 0), headers, body: body.join('\r\n\r\n'), text }
}
