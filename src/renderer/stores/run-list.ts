import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { CoreEvent, Input, Output } from '../../core/api/contract'
import type { AppError } from '../../core/domain/errors'
import { METRIC } from '../../core/domain/metrics'
import type { RunRow } from '../../core/domain/run'
import type { TableLine } from '../../core/domain/table/table'
import { useEvents } from '../composables/use-events'
import { toAppError } from '../composables/use-query'
import { useTransport } from '../composables/use-transport'
import { useRunRows } from './run-rows'
import { BEST } from '../run-table/default-columns'
import { keyOf, rowOf, runsOf, withRow } from '../run-table/table-lines'
import { PAGE, tableQuery } from '../run-table/table-query'
import { NEWEST_FIRST, sameLines, type TableState } from '../run-table/table-state'
import { useRunTable } from './run-table'
import { NEWEST_VISIBLE, useVisibleRuns } from './visible-runs'

/** Most lines that the core gives at once. */
const MOST = 1000
const SLOW_MS = 150
const COALESCE_MS = 250

type Answer = Output<'runs.table'>

/** The filter with hidden runs left out, for methods that do not leave them out themselves. */
const withoutHidden = ({ filter, showHidden }: TableState): string =>
  showHidden || /\bhidden\b/.test(filter) ? filter : filter.trim() ? `(${filter}) and hidden = false` : 'hidden = false'

/**
 * The lines of the table, loaded page by page as it shows them. Events change rows where they are; the order changes
 * only when nothing is under the pointer.
 */
export const useRunList = defineStore('runList', () => {
  const transport = useTransport()
  const visible = useVisibleRuns()
  const cache = useRunRows()
  const table = useRunTable()
  const pages = shallowRef<ReadonlyMap<number, readonly TableLine[]>>(new Map())
  /** Lines; runs that match; those that match but are hidden. */
  const total = ref(0)
  const runs = ref(0)
  const hidden = ref(0)
  /** Runs in the workspace; null until the first answer. */
  const all = ref<number | null>(null)
  const tookMs = ref(0)
  const error = shallowRef<AppError | null>(null)
  const slow = ref(false)
  /** The run with the best validation accuracy among all that match; null where none has one. */
  const bestId = ref<string | null>(null)
  /** The pointer or the keyboard is among the rows: their order stays. */
  const held = ref(false)
  let shown: readonly [number, number] = [0, 0]
  let generation = 0
  let orderIsOld = false
  /** What the newest runs were last asked of: another order has the same ones. */
  let offered = ''
  const asked = new Set<number>()
  let soon: ReturnType<typeof setTimeout> | undefined

  const ask = (state: TableState, page: number, over: Partial<Input<'runs.table'>> = {}): Promise<Answer> =>
    transport.call('runs.table', { ...tableQuery(state, table, page), ...over })

  /** Asks anew for what is on screen; what is there stays until the answer comes. */
  async function reload(change: Partial<TableState> = {}): Promise<void> {
    clearTimeout(soon)
    soon = undefined
    const mine = ++generation
    const late = setTimeout(() => (slow.value = true), SLOW_MS)
    const start = performance.now()
    const next = table.want(change)
    try {
      const numbers = sameLines(next, table.state) ? range(shown) : [0]
      const answers = await Promise.all(numbers.map((page) => ask(next, page)))
      if (mine !== generation) return
      tookMs.value = performance.now() - start
      table.settle(next)
      error.value = null
      orderIsOld = false
      asked.clear()
      numbers.forEach((page) => asked.add(page))
      pages.value = new Map(numbers.map((page, i) => [page, answers[i]!.lines]))
      take(answers[0]!)
      await Promise.all([offerNewest(mine), askBest(mine)])
    } catch (reason) {
      if (mine !== generation) return
      table.settle(table.state)
      failed(toAppError(reason))
    } finally {
      clearTimeout(late)
      if (mine === generation) slow.value = false
    }
  }

  function take(answer: Answer): void {
    total.value = answer.total
    runs.value = answer.runs
    hidden.value = answer.hidden
    all.value = answer.all
  }

  /** Until somebody chooses, the newest runs of the result are drawn. */
  async function offerNewest(mine: number): Promise<void> {
    const filter = withoutHidden(table.state)
    const of = `${all.value} ${filter}`
    if (visible.isChosen() || of === offered) return
    offered = of
    const { rows } = await transport.call('runs.list', { filter, sort: NEWEST_FIRST, limit: NEWEST_VISIBLE })
    if (mine !== generation) return
    rows.forEach(cache.put)
    visible.offer(rows.map(({ id }) => id))
  }

  async function askBest(mine: number): Promise<void> {
    const filter = withoutHidden(table.state)
    const { rows } = await transport.call('runs.list', { filter, sort: { column: BEST, descending: true }, limit: 1 })
    const accuracy = rows[0]?.metrics[METRIC.validationAccuracy]?.max ?? NaN
    if (mine === generation) bestId.value = Number.isNaN(accuracy) ? null : rows[0]!.id
  }

  function failed(reason: AppError): void {
    if (reason.code !== 'cancelled') error.value = reason
  }

  const range = ([from, to]: readonly [number, number]): number[] => {
    const first = Math.floor(from / PAGE)
    return Array.from({ length: Math.floor(Math.max(from, to) / PAGE) - first + 1 }, (_, i) => first + i)
  }

  /** The table shows lines `from` to `to`: loads what is missing. */
  async function show(from: number, to: number): Promise<void> {
    shown = [from, to]
    const mine = generation
    const missing = range(shown).filter((page) => !asked.has(page) && page * PAGE < total.value)
    for (const page of missing) asked.add(page)
    try {
      const answers = await Promise.all(missing.map((page) => ask(table.state, page)))
      if (mine !== generation) return
      if (missing.length)
        pages.value = new Map([...pages.value, ...missing.map((page, i) => [page, answers[i]!.lines] as const)])
    } catch (reason) {
      for (const page of missing) asked.delete(page)
      if (mine === generation) failed(toAppError(reason))
    }
  }

  /** Runs of the lines between two places, both included, also where they are not loaded. */
  async function runsBetween(from: number, to: number): Promise<string[]> {
    const [first, last] = from < to ? [from, to] : [to, from]
    const here = Array.from({ length: last - first + 1 }, (_, i) => lineAt(first + i))
    if (here.every((line) => line !== null)) return here.flatMap(runsOf)
    const ids: string[] = []
    for (let offset = first; offset <= last; offset += MOST) {
      const limit = Math.min(MOST, last - offset + 1)
      const { lines } = await ask(table.state, 0, { offset, limit, fields: [] })
      ids.push(...lines.flatMap(runsOf))
    }
    return ids
  }

  function reloadSoon(): void {
    soon ??= setTimeout(() => void reload(), COALESCE_MS)
  }

  function hold(on: boolean): void {
    held.value = on
    if (!on && orderIsOld) reloadSoon()
  }

  function onEvent(event: CoreEvent): void {
    if (event.type === 'runs.removed') {
      event.runs.forEach(visible.forget)
      reloadSoon()
    }
    if (event.type !== 'runs.changed') return
    const known = replace(event.runs)
    const others = event.runs.filter(({ id }) => !known.has(id))
    for (const { id, hidden, status } of others) if (!hidden && status === 'queued') visible.show(id)
    const { sort, filter, groupBy, fold } = table.state
    orderIsOld ||=
      others.length > 0 ||
      sort.column !== NEWEST_FIRST.column ||
      filter !== '' ||
      groupBy.length > 0 ||
      fold ||
      event.runs.some(({ hidden }) => hidden)
    if (orderIsOld && !held.value) reloadSoon()
  }

  /** Puts rows where their runs are; gives the ids of those that are there. */
  function replace(runs: readonly RunRow[]): ReadonlySet<string> {
    const byId = new Map(runs.map((run) => [run.id, run]))
    const found = new Set<string>()
    const put = (line: TableLine): TableLine => {
      const run = byId.get(rowOf(line)?.id ?? '')
      if (!run) return line
      found.add(run.id)
      return withRow(line, run)
    }
    const next = new Map([...pages.value].map(([page, lines]) => [page, lines.map(put)]))
    if (found.size) pages.value = next
    return found
  }

  useEvents(onEvent)
  transport.onState((state) => state === 'open' && void reload())

  const lineAt = (index: number): TableLine | null => pages.value.get(Math.floor(index / PAGE))?.[index % PAGE] ?? null
  /** Runs that are loaded, in the order of the table. */
  const loaded = computed(() =>
    [...pages.value].sort(([a], [b]) => a - b).flatMap(([, lines]) => lines.flatMap((line) => rowOf(line) ?? [])),
  )
  const at = (index: number): RunRow | null => rowOf(lineAt(index))
  const byId = (id: string): RunRow | null => loaded.value.find((row) => row.id === id) ?? null
  /** Place of a line by its key, which is the id for a run; −1 where it is not loaded. */
  function indexOf(key: string): number {
    for (const [page, lines] of pages.value) {
      const i = lines.findIndex((line) => keyOf(line) === key)
      if (i >= 0) return page * PAGE + i
    }
    return -1
  }

  return {
    total,
    runs,
    hidden,
    all,
    tookMs,
    error,
    slow,
    bestId,
    loaded,
    held,
    reload,
    show,
    hold,
    lineAt,
    runsBetween,
    at,
    byId,
    indexOf,
  }
})
