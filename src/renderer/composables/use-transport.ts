import { type App, inject, type InjectionKey } from 'vue'
import type { Transport } from '../../core/api/transport'

const KEY: InjectionKey<Transport> = Symbol('transport')

/** Gives the whole page its connection to the core. */
export const provideTransport = (app: App, transport: Transport): void => void app.provide(KEY, transport)

/** The connection to the core; in components, composables and stores. */
export function useTransport(): Transport {
  const transport = inject(KEY, null)
  if (!transport) throw new Error('useTransport needs provideTransport')
  return transport
}
