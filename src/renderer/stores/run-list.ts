import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { CoreEvent, Output } from '../../core/api/contract'
import type { AppError } from '../../core/domain/errors'
import { METRIC } from '../../core/domain/metrics'
import type { RunRow } from '../../core/domain/run'
import { useEvents } from '../composables/use-events'
import { toAppError } from '../composables/use-query'
import { useTransport } from '../composables/use-transport'
import { useRunRows } from './run-rows'
import { NEWEST_VISIBLE, useVisibleRuns } from './visible-runs'

const PAGE = 200
const SLOW_MS = 150
const COALESCE_MS = 250

export interface RunSort {
  column: string
  descending: boolean
}

export const NEWEST_FIRST: RunSort = { column: 'createdAt', descending: true }

/** Best validation accuracy, −∞ where there is none. */
const accuracyOf = (run: RunRow): number => {
  const max = run.metrics[METRIC.validationAccuracy]?.max ?? NaN
  return Number.isNaN(max) ? -Infinity : max
}

type Answer = Output<'runs.list'>

/**
 * The runs that match the filter, in order, loaded page by page as the table shows them. Events change rows where they
 * are; the order changes only when nothing is under the pointer.
 */
export const useRunList = defineStore('runList', () => {
  const transport = useTransport()
  const visible = useVisibleRuns()
  const cache = useRunRows()
  const filter = ref('')
  const sort = ref<RunSort>(NEWEST_FIRST)
  const pages = shallowRef<ReadonlyMap<number, readonly RunRow[]>>(new Map())
  const total = ref(0)
  /** Runs in the workspace; null until the first answer. */
  const all = ref<number | null>(null)
  const tookMs = ref(0)
  const error = shallowRef<AppError | null>(null)
  const slow = ref(false)
  /** The core's answer to which run is the best; asked only where not all rows are here. */
  const bestOfAll = ref<string | null>(null)
  /** The pointer or the keyboard is among the rows: their order stays. */
  const held = ref(false)
  let shown: readonly [number, number] = [0, 0]
  let generation = 0
  let orderIsOld = false
  const asked = new Set<number>()
  let soon: ReturnType<typeof setTimeout> | undefined

  const list = (page: number, text = filter.value, limit = PAGE, order = sort.value): Promise<Answer> =>
    transport.call('runs.list', { filter: text, sort: order, offset: page * PAGE, limit })

  /** Asks anew for what is on screen; the rows that are there stay until the answer comes. */
  async function reload(text = filter.value): Promise<void> {
    clearTimeout(soon)
    soon = undefined
    const mine = ++generation
    const late = setTimeout(() => (slow.value = true), SLOW_MS)
    const start = performance.now()
    try {
      const numbers = text === filter.value ? range(shown) : [0]
      const answers = await Promise.all(numbers.map((page) => list(page, text)))
      if (mine !== generation) return
      tookMs.value = performance.now() - start
      filter.value = text
      error.value = null
      orderIsOld = false
      asked.clear()
      numbers.forEach((page) => asked.add(page))
      pages.value = new Map(numbers.map((page, i) => [page, answers[i]!.rows]))
      total.value = answers[0]!.total
      all.value = answers[0]!.all
      await offerNewest(mine)
      await askBest(mine)
    } catch (reason) {
      if (mine === generation) failed(toAppError(reason))
    } finally {
      clearTimeout(late)
      if (mine === generation) slow.value = false
    }
  }

  /** Until somebody chooses, the newest runs of the result are drawn. */
  async function offerNewest(mine: number): Promise<void> {
    const isNewest = sort.value.column === NEWEST_FIRST.column && sort.value.descending
    const first = isNewest && pages.value.get(0)
    const rows = first || (await list(0, filter.value, NEWEST_VISIBLE, NEWEST_FIRST)).rows
    if (mine !== generation) return
    rows.forEach(cache.put)
    visible.offer(rows.slice(0, NEWEST_VISIBLE).map(({ id }) => id))
  }

  async function askBest(mine: number): Promise<void> {
    if (loaded.value.length === total.value) return
    const { rows } = await list(0, filter.value, 1, { column: `${METRIC.validationAccuracy}.best`, descending: true })
    if (mine === generation) bestOfAll.value = rows[0] && Number.isFinite(accuracyOf(rows[0])) ? rows[0].id : null
  }

  function failed(reason: AppError): void {
    if (reason.code !== 'cancelled') error.value = reason
  }

  const range = ([from, to]: readonly [number, number]): number[] => {
    const first = Math.floor(from / PAGE)
    return Array.from({ length: Math.floor(Math.max(from, to) / PAGE) - first + 1 }, (_, i) => first + i)
  }

  /** The table shows rows `from` to `to`: loads what is missing. */
  async function show(from: number, to: number): Promise<void> {
    shown = [from, to]
    const mine = generation
    const missing = range(shown).filter((page) => !asked.has(page) && page * PAGE < total.value)
    for (const page of missing) asked.add(page)
    try {
      for (const page of missing) {
        const { rows } = await list(page)
        if (mine !== generation) return
        pages.value = new Map([...pages.value, [page, rows]])
      }
    } catch (reason) {
      for (const page of missing) asked.delete(page)
      if (mine === generation) failed(toAppError(reason))
    }
  }

  function reloadSoon(): void {
    soon ??= setTimeout(() => reload(), COALESCE_MS)
  }

  function hold(on: boolean): void {
    held.value = on
    if (!on && orderIsOld) reloadSoon()
  }

  function onEvent(event: CoreEvent): void {
    if (event.type === 'run.removed') {
      visible.forget(event.run)
      reloadSoon()
    }
    if (event.type !== 'run.changed') return
    const isNew = !replace(event.run)
    if (isNew) visible.show(event.run.id)
    orderIsOld ||= isNew || sort.value.column !== NEWEST_FIRST.column || filter.value !== ''
    if (orderIsOld && !held.value) reloadSoon()
  }

  function replace(run: RunRow): boolean {
    for (const [page, rows] of pages.value) {
      const at = rows.findIndex(({ id }) => id === run.id)
      if (at < 0) continue
      pages.value = new Map([...pages.value, [page, rows.with(at, run)]])
      return true
    }
    return false
  }

  useEvents(onEvent)
  transport.onState((state) => state === 'open' && void reload())

  const loaded = computed(() => [...pages.value].sort(([a], [b]) => a - b).flatMap(([, rows]) => rows))
  /** The run with the best validation accuracy among all that match; null where none has one. */
  const bestId = computed(() => {
    if (loaded.value.length !== total.value) return bestOfAll.value
    const best = loaded.value.reduce((a: RunRow | null, b) => (a && !(accuracyOf(b) > accuracyOf(a)) ? a : b), null)
    return best && Number.isFinite(accuracyOf(best)) ? best.id : null
  })
  const at = (index: number): RunRow | null => pages.value.get(Math.floor(index / PAGE))?.[index % PAGE] ?? null
  const byId = (id: string): RunRow | null => loaded.value.find((row) => row.id === id) ?? null
  /** Place of a run in the order; −1 where it is not loaded. */
  function indexOf(id: string): number {
    for (const [page, rows] of pages.value) {
      const i = rows.findIndex((row) => row.id === id)
      if (i >= 0) return page * PAGE + i
    }
    return -1
  }

  const sortBy = (order: RunSort) => {
    sort.value = order
    return reload()
  }

  return {
    filter,
    sort,
    total,
    all,
    tookMs,
    error,
    slow,
    bestId,
    loaded,
    held,
    reload,
    show,
    sortBy,
    hold,
    at,
    byId,
    indexOf,
  }
})
