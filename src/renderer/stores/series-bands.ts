import type { BandData } from '../../core/api/contract'
import { inParts } from '../../core/domain/in-parts'
import type { BandKind } from '../../core/domain/stats/band'
import type { Smoothing } from '../../core/domain/stats/smoothing'
import { useTransport } from '../composables/use-transport'
import { useFetched, type Wish } from './fetched'

/** The mean of a metric over a group of runs, with a band around it. */
export interface BandWish extends Wish {
  metric: string
  kind: BandKind
  smoothing?: Smoothing
  from?: number
  to?: number
  buckets: number
}

export const bandWish = (wish: Omit<BandWish, 'signature'>): BandWish => ({ ...wish, signature: JSON.stringify(wish) })

/** Most groups that one question may name. */
const AT_ONCE = 100

/** Means with bands, asked for together where they share metric, range and smoothing. */
export function useSeriesBands(wishes: () => readonly BandWish[]) {
  const transport = useTransport()

  return useFetched<BandWish, BandData>(wishes, async (due, signal) => {
    const answers = new Map<string, BandData>()
    const alike = Map.groupBy(due, ({ metric, kind, smoothing, from, to, buckets }) =>
      JSON.stringify([metric, kind, smoothing, from, to, buckets]),
    )
    for (const group of alike.values()) {
      const { metric, kind, smoothing, from, to, buckets } = group[0]!
      for (const part of inParts(group, AT_ONCE)) {
        const groups = part.map(({ key, runs }) => ({ key, runs: [...runs] }))
        const input = { groups, metric, kind, smoothing, from, to, buckets }
        const { bands } = await transport.call('metrics.band', input, { signal })
        for (const band of bands) answers.set(band.key, band)
      }
    }
    return answers
  })
}
