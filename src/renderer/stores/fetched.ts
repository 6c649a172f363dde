import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { AppError } from '../../core/domain/errors'
import { useEvents } from '../composables/use-events'
import { toAppError } from '../composables/use-query'
import { useTransport } from '../composables/use-transport'

/** Something that is asked of the core: the same key again with another signature replaces what is here. */
export interface Wish {
  key: string
  /** All that decides the answer. */
  signature: string
  /** Runs whose growth changes the answer. */
  runs: readonly string[]
  /** Where a question about many fails, those of each metric are asked for again by themselves. */
  metric: string
}

/** What is here for a key; it stays while its successor is on its way. */
interface Kept<Data> {
  signature: string
  data: Data | null
  metric: string
  error: AppError | null
  stale: boolean
}

/** A wish that could not be had. */
export interface Failure {
  key: string
  metric: string
  error: AppError
}

/** Runs that grow are asked about again at most this often, in ms. */
const LIVE_MS = 300
/** Nothing is shown as loading for shorter than this. */
const SLOW_MS = 150

/**
 * Keeps what a page draws in step with what it wants: asks only for what changed, one request at a time, the newest wish
 * next; old answers stay until their successors are here. Runs that train make theirs grow.
 * @param fetch answers by key; what it leaves out has no data
 */
export function useFetched<W extends Wish, Data>(
  wishes: () => readonly W[],
  fetch: (due: readonly W[], signal: AbortSignal) => Promise<ReadonlyMap<string, Data>>,
) {
  const kept = new Map<string, Kept<Data>>()
  const version = shallowRef(0)
  const slow = ref(false)
  const waiting = ref(false)
  const flights = new AbortController()
  let busy = false
  let wanted: readonly W[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  const isDue = ({ key, signature }: W): boolean => {
    const one = kept.get(key)
    return !one || one.signature !== signature || one.stale
  }

  async function pump(): Promise<void> {
    if (busy) return
    for (let due = wanted.filter(isDue); due.length && !flights.signal.aborted; due = wanted.filter(isDue)) {
      busy = true
      waiting.value = true
      await ask(due)
      busy = false
    }
    waiting.value = false
    slow.value = false
  }

  async function ask(due: readonly W[]): Promise<void> {
    // Growth is no reason to let the lines stand back, another question is.
    const isNew = due.some(({ key, signature }) => kept.get(key)?.signature !== signature)
    const late = isNew ? setTimeout(() => (slow.value = true), SLOW_MS) : undefined
    // What grows meanwhile is asked for again afterwards.
    for (const { key } of due) if (kept.has(key)) kept.get(key)!.stale = false
    await answer(due)
    clearTimeout(late)
    const keys = new Set(wanted.map(({ key }) => key))
    for (const key of kept.keys()) if (!keys.has(key)) kept.delete(key)
    version.value++
  }

  /** Keeps the answers to some wishes; where they cannot be had together, those of each metric by themselves. */
  async function answer(due: readonly W[]): Promise<void> {
    const put = (wish: W, data: Data | null, error: AppError | null) =>
      kept.set(wish.key, { signature: wish.signature, metric: wish.metric, data, error, stale: false })
    try {
      const answers = await fetch(due, flights.signal)
      for (const wish of due) put(wish, answers.get(wish.key) ?? null, null)
    } catch (reason) {
      const error = toAppError(reason)
      const parts = [...Map.groupBy(due, ({ metric }) => metric).values()]
      // Where nobody answers, or nobody waits any more, there is nothing to tell apart.
      const isAnswered = error.code !== 'server.refused' && !flights.signal.aborted
      if (parts.length > 1 && isAnswered) for (const part of parts) await answer(part)
      else for (const wish of due) put(wish, kept.get(wish.key)?.data ?? null, error)
    }
  }

  watch(
    wishes,
    (now) => {
      wanted = now
      void pump()
    },
    { immediate: true },
  )

  function grown(run: string): void {
    for (const { key, runs } of wanted) {
      const one = kept.get(key)
      if (one && runs.includes(run)) one.stale = true
    }
    timer ??= setTimeout(() => {
      timer = undefined
      void pump()
    }, LIVE_MS)
  }
  useEvents((event) => {
    if (event.type === 'run.progress') grown(event.progress.run)
    if (event.type === 'runs.changed') for (const { id } of event.runs) grown(id)
    if (event.type === 'run.rewound') grown(event.run)
  })
  function retry(): void {
    for (const one of kept.values()) one.stale = true
    void pump()
  }
  onScopeDispose(useTransport().onState((state) => state === 'open' && retry()))
  onScopeDispose(() => {
    clearTimeout(timer)
    flights.abort()
  })

  /** What is here for a key, however old; reading it in a computed follows its change. */
  function get(key: string): Data | null {
    void version.value
    return kept.get(key)?.data ?? null
  }
  /** What went wrong with what is wanted now. */
  const failures = computed((): Failure[] => {
    void version.value
    return [...kept].flatMap(([key, { metric, error }]) => (error ? { key, metric, error } : []))
  })
  /** Asks again for what went wrong. */
  function retryFailed(): void {
    for (const one of kept.values()) if (one.error) one.stale = true
    void pump()
  }
  return { get, failures, slow, waiting, retryFailed }
}
