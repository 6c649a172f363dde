import { defineStore } from 'pinia'
import { onScopeDispose, shallowRef, toValue, type MaybeRefOrGetter, watch } from 'vue'
import type { AppError } from '../../core/domain/errors'
import { useEvents } from '../composables/use-events'
import { toAppError } from '../composables/use-query'
import { useTransport } from '../composables/use-transport'
import { type LoadedSeries, SeriesEntry, type Wanted } from './series-entry'

/** Requests start at least this far apart: ten drawings a second are as many as an eye follows. */
const INTERVAL_MS = 100
/** Points of one series in one answer; a long history arrives and is drawn in pieces. */
const PIECE = 20_000
/** Columns of an overview: at least as many as a chart has pixels. */
const BUCKETS = 2048

const keyOf = ({ run, metric }: { run: string; metric: string }): string => `${run} ${metric}`

/**
 * The recorded points of every series that is on screen. Only new points travel: one request asks for all visible
 * series from their cursors on, one is under way at a time, and what it brings is drawn in one animation frame.
 */
export const useSeriesStore = defineStore('series', () => {
  const transport = useTransport()
  const entries = new Map<string, SeriesEntry>()
  const wishes = new Map<symbol, readonly Wanted[]>()
  const error = shallowRef<AppError | null>(null)
  /** Changes when something arrived; arrays themselves are outside of reactivity. */
  const version = shallowRef(0)
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let busy = false
  let startedAt = -Infinity

  const wanted = (): SeriesEntry[] => {
    const keys = new Set([...wishes.values()].flat().map(keyOf))
    return [...keys].flatMap((key) => entries.get(key) ?? [])
  }

  function want(owner: symbol, list: readonly Wanted[]): void {
    if (list.length) wishes.set(owner, list)
    else wishes.delete(owner)
    for (const one of list) {
      const entry = entries.get(keyOf(one))
      if (entry) entry.want(one)
      else entries.set(keyOf(one), new SeriesEntry(one))
    }
    soon()
  }

  function soon(): void {
    if (busy || timer || !wanted().some(({ stale }) => stale)) return
    timer = setTimeout(update, Math.max(0, startedAt + INTERVAL_MS - performance.now()))
  }

  async function update(): Promise<void> {
    timer = undefined
    busy = true
    startedAt = performance.now()
    const due = wanted().filter(({ stale }) => stale)
    const failures = [
      ...(await eachRunAlone(
        due.filter(({ isOverview }) => !isOverview),
        fetchPoints,
      )),
      ...(await eachRunAlone(
        due.filter(({ isOverview }) => isOverview),
        fetchOverviews,
      )),
    ]
    error.value = failures[0] ?? null
    busy = false
    frame ||= requestAnimationFrame(() => {
      frame = 0
      version.value++
    })
    soon()
  }

  /** One request for all; where it fails, one for each run, so that a run that is gone takes no other with it. */
  async function eachRunAlone(list: SeriesEntry[], fetch: (part: SeriesEntry[]) => Promise<void>): Promise<AppError[]> {
    if (!list.length) return []
    try {
      await fetch(list)
      return []
    } catch (reason) {
      // Asked again only when an event says that there is something new.
      for (const entry of list) entry.stale = false
      const runs = Map.groupBy(list, ({ run }) => run)
      if (runs.size < 2) return [toAppError(reason)]
      const failures: AppError[] = []
      for (const part of runs.values()) failures.push(...(await eachRunAlone(part, fetch)))
      return failures
    }
  }

  async function fetchPoints(list: SeriesEntry[]): Promise<void> {
    const ask = list.map(({ run, metric, cursor }) => ({ run, metric, after: cursor }))
    for (const entry of list) entry.stale = false
    const { series } = await transport.call('metrics.tail', { series: ask, limit: PIECE })
    for (const part of series) {
      const entry = entries.get(keyOf(part))
      if (entry && (!entry.append(part) || part.steps.length === PIECE)) entry.stale = true
    }
  }

  async function fetchOverviews(list: SeriesEntry[]): Promise<void> {
    for (const entry of list) entry.stale = false
    for (const part of Map.groupBy(list, ({ range }) => JSON.stringify(range)).values()) {
      const { series } = await transport.call('metrics.view', {
        series: part.map(({ run, metric }) => ({ run, metric })),
        ...part[0]!.range,
        buckets: BUCKETS,
      })
      for (const view of series) entries.get(keyOf(view))?.show(view)
    }
  }

  function recorded(run: string, counts: (metric: string) => number | undefined): void {
    for (const entry of entries.values()) if (entry.run === run) entry.recorded(counts(entry.metric) ?? 0)
    soon()
  }

  useEvents((event) => {
    if (event.type === 'run.progress') recorded(event.progress.run, (metric) => event.progress.counts[metric])
    if (event.type === 'runs.changed')
      for (const { id, metrics } of event.runs) recorded(id, (metric) => metrics[metric]?.count)
    if (event.type === 'run.rewound') {
      // What is here of it may reach beyond where it goes on: all of it is fetched again.
      for (const [key, entry] of entries) if (entry.run === event.run) entries.set(key, entry.anew())
      soon()
    }
    if (event.type === 'runs.removed')
      for (const [key, { run }] of entries) if (event.runs.includes(run)) entries.delete(key)
  })
  transport.onState((state) => {
    if (state !== 'open') return
    for (const entry of entries.values()) entry.stale = true
    soon()
  })

  /** What is here of a series; reading it in a computed follows its growth. */
  function get(run: string, metric: string): LoadedSeries | null {
    void version.value
    return entries.get(keyOf({ run, metric }))?.loaded ?? null
  }

  return { error, version, want, get }
})

/** Keeps series of the store up to date while the calling scope lives. */
export function useSeries(list: MaybeRefOrGetter<readonly Wanted[]>): {
  get: ReturnType<typeof useSeriesStore>['get']
} {
  const store = useSeriesStore()
  const owner = Symbol('series')
  watch(
    () => toValue(list),
    (wanted) => store.want(owner, wanted),
    { immediate: true },
  )
  onScopeDispose(() => store.want(owner, []))
  return { get: store.get }
}
