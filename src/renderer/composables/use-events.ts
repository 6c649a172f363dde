import { onScopeDispose } from 'vue'
import type { CoreEvent } from '../../core/api/contract'
import { useTransport } from './use-transport'

/** Calls back for every event of the core until the scope ends. */
export function useEvents(listener: (event: CoreEvent) => void): void {
  onScopeDispose(useTransport().subscribe(listener))
}
