import { AppError } from '../../domain/errors'
import type { Api } from '../create-api'
import type { Transport } from '../transport'
import { cancellable } from './cancellable'

/** A connection to a core in the same process. Closing it leaves the core as it is. */
export function createInProcessTransport(api: Api): Transport {
  const subscriptions = new Set<() => void>()
  let closed = false
  const call = async (method: string, input: unknown, options?: { signal?: AbortSignal }): Promise<unknown> => {
    if (closed) throw new AppError('cancelled', 'The connection is closed')
    return cancellable(method, options?.signal, () => api.call(method, input, options?.signal))
  }
  return {
    call: call as Transport['call'],
    subscribe(listener) {
      const off = api.subscribe(listener)
      subscriptions.add(off)
      return () => {
        subscriptions.delete(off)
        off()
      }
    },
    onState: () => () => {},
    close() {
      closed = true
      for (const off of subscriptions) off()
      subscriptions.clear()
    },
  }
}
