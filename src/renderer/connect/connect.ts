import type { Transport } from '../../core/api/transport'
import { createHttpTransport } from '../../core/api/transports/http'
import { AppError } from '../../core/domain/errors'
import { connectPort } from '../connect-port'
import { takeToken } from './token'

/**
 * Connects to the core in the way that this page was opened: through the desktop shell, or to the server it came from.
 *
 * @throws AppError server.refused without a token, or where the core refuses this one or does not answer
 */
export async function connect(): Promise<Transport> {
  const transport = window.anneal ? await connectPort(window.anneal) : connectHttp()
  try {
    await transport.call('app.info', {})
    return transport
  } catch (error) {
    transport.close()
    throw error
  }
}

function connectHttp(): Transport {
  const token = takeToken()
  if (!token) throw new AppError('server.refused', 'This address does not carry its token')
  return createHttpTransport({ base: '', token })
}
