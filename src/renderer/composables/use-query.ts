import { type MaybeRefOrGetter, onScopeDispose, type Ref, ref, shallowRef, type ShallowRef, toValue, watch } from 'vue'
import type { CoreEvent, Input, Method, Output } from '../../core/api/contract'
import { AppError, parseError } from '../../core/domain/errors'
import { useTransport } from './use-transport'

/** Several events in a row ask once. */
const COALESCE_MS = 200
/** Nothing is shown as loading for shorter than this. */
const SLOW_MS = 150

export interface Query<T> {
  /** The last result; stays while a newer one is on its way, and after an error. */
  data: ShallowRef<T | null>
  error: ShallowRef<AppError | null>
  /** True once an answer has taken so long that something should say so. */
  slow: Ref<boolean>
  refetch(): void
}

export const toAppError = (error: unknown): AppError => (error instanceof AppError ? error : parseError(error))

/**
 * Asks the core whenever the input changes, cancelling what is under way; null asks nothing.
 * @param options.on which events make the answer stale
 */
export function useQuery<M extends Method>(
  method: M,
  input: MaybeRefOrGetter<Input<M> | null>,
  options: { on?: (event: CoreEvent) => boolean } = {},
): Query<Output<M>> {
  const transport = useTransport()
  const data = shallowRef<Output<M> | null>(null)
  const error = shallowRef<AppError | null>(null)
  const slow = ref(false)
  let flight: AbortController | null = null
  let soon: ReturnType<typeof setTimeout> | undefined

  async function refetch(): Promise<void> {
    clearTimeout(soon)
    soon = undefined
    flight?.abort()
    const params = toValue(input)
    if (params === null) return
    const mine = (flight = new AbortController())
    const late = setTimeout(() => (slow.value = true), SLOW_MS)
    try {
      const output = await transport.call(method, params, { signal: mine.signal })
      if (flight !== mine) return
      data.value = output
      error.value = null
    } catch (reason) {
      if (flight === mine) error.value = toAppError(reason)
    } finally {
      clearTimeout(late)
      if (flight === mine) slow.value = false
    }
  }

  watch(() => JSON.stringify(toValue(input)), refetch, { immediate: true })
  const { on } = options
  if (on) onScopeDispose(transport.subscribe((event) => on(event) && (soon ??= setTimeout(refetch, COALESCE_MS))))
  onScopeDispose(transport.onState((state) => state === 'open' && refetch()))
  onScopeDispose(() => {
    clearTimeout(soon)
    flight?.abort()
    flight = null
  })
  return { data, error, slow, refetch }
}
