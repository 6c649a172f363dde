import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { useTransport } from '../composables/use-transport'

/** Buckets of a curve that is as wide as a column: two points each. */
const BUCKETS = 46
/** Rows that come on screen together ask together. */
const WAIT_MS = 30
const AT_ONCE = 100
const MOST_KEPT = 2000
/** So much longer a series is read again. */
const GROWTH = 1.1

export interface RowCurve {
  x: Float64Array
  y: Float64Array
  /** Points of the series when it was read. */
  count: number
}

/** Small curves for the rows on screen: asked for together, and kept; one that has grown by a tenth again. */
export const useRowCurves = defineStore('rowCurves', () => {
  const transport = useTransport()
  const curves = shallowReactive(new Map<string, RowCurve>())
  const wanted = new Map<string, { run: string; metric: string; count: number }>()
  const asked = new Set<string>()
  let soon: ReturnType<typeof setTimeout> | undefined

  const keyOf = (run: string, metric: string): string => `${run}\n${metric}`
  const get = (run: string, metric: string): RowCurve | null => curves.get(keyOf(run, metric)) ?? null

  /** A row with this many points is on screen. */
  function want(run: string, metric: string, count: number): void {
    const key = keyOf(run, metric)
    const had = curves.get(key)?.count ?? 0
    const isNew = count < had || count >= GROWTH * had
    if (asked.has(key) || count === 0 || count === had || !isNew) return
    wanted.set(key, { run, metric, count })
    soon ??= setTimeout(() => void load(), WAIT_MS)
  }

  /** It scrolled away before it was asked for. */
  const forgo = (run: string, metric: string): void => void wanted.delete(keyOf(run, metric))

  async function load(): Promise<void> {
    soon = undefined
    const batch = [...wanted].slice(0, AT_ONCE)
    for (const [key] of batch) {
      wanted.delete(key)
      asked.add(key)
    }
    try {
      const series = batch.map(([, { run, metric }]) => ({ run, metric }))
      const answer = await transport.call('metrics.view', { series, buckets: BUCKETS })
      const counts = new Map(batch.map(([key, { count }]) => [key, count]))
      for (const { run, metric, x, y } of answer.series) {
        const key = keyOf(run, metric)
        curves.set(key, { x, y, count: counts.get(key) ?? x.length })
      }
      for (const key of curves.keys()) if (curves.size > MOST_KEPT) curves.delete(key)
    } catch {
      // A picture that could not be read is left out; the row's numbers say what there is, and it is asked for again.
    } finally {
      for (const [key] of batch) asked.delete(key)
    }
    if (wanted.size) soon ??= setTimeout(() => void load(), WAIT_MS)
  }

  return { get, want, forgo }
})
