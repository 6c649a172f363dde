import { onScopeDispose, shallowRef, watch } from 'vue'
import type { Input, PointData } from '../../../core/api/contract'
import { useTransport } from '../../composables/use-transport'

export type RecordedPoint = Pick<PointData, 'step' | 'time' | 'value'>

/** Recorded points nearest to a position of the crosshair. */
export interface CrosshairPoints {
  /** Where the crosshair was when they were asked for. */
  x: number
  /** By run and metric, as `lineKey` writes them. */
  points: ReadonlyMap<string, RecordedPoint>
}

/** What follows the pointer, for those parts of the page that show it. */
export interface CrosshairState {
  points: CrosshairPoints | null
  /** Where it is, in words; empty without a crosshair. */
  where: string
}

/** Most series that one question may name. */
const AT_ONCE = 1000

/**
 * The exact recorded points at the crosshair, asked of the core once a frame at most, one question at a time: while the
 * next is on its way the last ones stay, each with the step that it belongs to.
 * @param ask the series and where to look in each; null without a crosshair
 */
export function useCrosshairPoints(
  crosshair: () => number | null,
  ask: (x: number) => Input<'metrics.at'>['series'],
  keyOf: (run: string, metric: string) => string,
) {
  const transport = useTransport()
  const found = shallowRef<CrosshairPoints | null>(null)
  const flights = new AbortController()
  let busy = false
  let frame = 0

  async function look(): Promise<void> {
    frame = 0
    const x = crosshair()
    if (busy || flights.signal.aborted) return
    if (x === null) return void (found.value = null)
    busy = true
    const series = ask(x).slice(0, AT_ONCE)
    const answer = series.length
      ? await transport.call('metrics.at', { series }, { signal: flights.signal }).catch(() => null)
      : null
    busy = false
    if (answer && crosshair() !== null) {
      const points = new Map<string, RecordedPoint>()
      for (const point of answer.points) points.set(keyOf(point.run, point.metric), point)
      found.value = { x, points }
    }
    if (crosshair() !== x) soon()
  }
  function soon(): void {
    frame ||= requestAnimationFrame(() => void look())
  }

  watch(crosshair, soon, { immediate: true })
  onScopeDispose(() => {
    cancelAnimationFrame(frame)
    flights.abort()
  })
  return { found, soon }
}
