import type { SeriesViewData } from '../../core/api/contract'
import { inParts } from '../../core/domain/in-parts'
import type { Smoothing } from '../../core/domain/stats/smoothing'
import { useTransport } from '../composables/use-transport'
import { useFetched, type Wish } from './fetched'

/** A line of a metric of a run, reduced by the core for the range in view. */
export interface ViewWish extends Wish {
  run: string
  metric: string
  /** Ranges of steps that are reduced each by itself, in their order; one without ends is the whole series. */
  parts: readonly { from?: number; to?: number }[]
  options: ViewOptions
}

/** How lines are reduced: the same for all that are asked for together. */
export interface ViewOptions {
  buckets: number
  smoothing?: Smoothing
  raw?: boolean
  times?: boolean
  against?: string
  edges?: boolean
}

/** Most series that one question may name. */
const AT_ONCE = 1000

export function viewWish(
  key: string,
  run: string,
  metric: string,
  parts: ViewWish['parts'],
  options: ViewOptions,
): ViewWish {
  return { key, run, metric, parts, options, runs: [run], signature: JSON.stringify([run, metric, parts, options]) }
}

/** The parts of each wished line, as the core reduced them; parts that the core left out are missing. */
export function useSeriesViews(wishes: () => readonly ViewWish[]) {
  const transport = useTransport()

  return useFetched<ViewWish, SeriesViewData[]>(wishes, async (due, signal) => {
    const alike = Map.groupBy(due, ({ options }) => JSON.stringify(options))
    const questions = [...alike.values()].flatMap((group) => {
      const asked = group.flatMap(({ key, run, metric, parts }) => parts.map((part) => ({ key, run, metric, ...part })))
      return inParts(asked, AT_ONCE).map((piece) => ({ piece, options: group[0]!.options }))
    })
    // All at once: one is read here while the core works on the next.
    const answered = await Promise.all(
      questions.map(({ piece, options }) => {
        const series = piece.map(({ key: _, ...one }) => one)
        return transport.call('metrics.view', { series, ...options }, { signal })
      }),
    )
    const answers = new Map<string, SeriesViewData[]>()
    questions.forEach(({ piece }, i) => assign(piece, answered[i]!.series, answers))
    return answers
  })
}

/** Answers come in the order of the questions; those about runs that are gone are left out. */
function assign(
  asked: readonly { key: string; run: string; metric: string }[],
  views: readonly SeriesViewData[],
  into: Map<string, SeriesViewData[]>,
): void {
  let next = 0
  for (const { key, run, metric } of asked) {
    const view = views[next]
    if (!view || view.run !== run || view.metric !== metric) continue
    into.set(key, [...(into.get(key) ?? []), view])
    next++
  }
}
