import type { Transport } from '../../core/api/transport'
import { createHttpTransport } from '../../core/api/transports/http'
import { AppError } from '../../core/domain/errors'
import { connectPort } from '../connect-port'
import { firstTableQuery } from '../run-table/table-query'
import { askFirst } from './ask-first'
import { takeToken } from './token'

/**
 * Connects to the core in the way that this page was opened: through the desktop shell, or to the server it came from.
 * Asks at once for what the page shows first.
 *
 * @throws AppError server.refused without a token, or where the core refuses this one or does not answer
 */
export async function connect(): Promise<Transport> {
  const connection = window.anneal ? await connectPort(window.anneal) : connectHttp()
  const { transport, answers } = askFirst(connection, [
    ['app.info', {}],
    ...(showsRuns() ? [['runs.table', firstTableQuery()] as const] : []),
  ])
  try {
    await answers[0]
    return transport
  } catch (error) {
    transport.close()
    throw error
  }
}

/** The page opens with the table of runs. */
const showsRuns = (): boolean => ['', '#/', '#/runs'].includes(location.hash)

function connectHttp(): Transport {
  const token = takeToken()
  if (!token) throw new AppError('server.refused', 'This address does not carry its token')
  return createHttpTransport({ base: '', token })
}
