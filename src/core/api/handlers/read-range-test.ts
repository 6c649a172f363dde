import { METRIC } from '../../domain/metrics'
import { analyseRangeTest } from '../../domain/range-test/analyse'
import { sweepsOf } from '../../domain/range-test/sweep'
import type { RangeAnalysis, Sweep } from '../../domain/range-test/types'
import type { RunRow } from '../../domain/run'
import type { MetricStore } from '../../storage/types'

export interface ReadRangeTest {
  sweeps: Sweep[]
  /** Null while there are too few points. */
  analysis: RangeAnalysis | null
}

/** What tells of a sweep; all of one track. */
const RECORDED = [METRIC.trainLoss, METRIC.lr, METRIC.gradNorm]

/** Fewer points of the first sweep say nothing, whatever the rules make of them. */
const FEWEST = 10

/** Points of the overview that a list shows of each test. */
const CURVE_POINTS = 54

/**
 * Reads what range tests have recorded and analyses it, once for each state of a test: a list asks for all of them each
 * time that one has changed.
 */
export function rangeTestReader({ series }: Pick<MetricStore, 'series'>): (row: RunRow) => ReadRangeTest {
  const known = new Map<string, { state: string; read: ReadRangeTest }>()
  return (row) => {
    const { count = 0, last, lastStep } = row.metrics[METRIC.trainLoss] ?? {}
    const state = [row.status, count, last, lastStep].join()
    const before = known.get(row.id)
    if (before?.state === state) return before.read
    const recorded = RECORDED.every((metric) => row.metrics[metric])
    const values = (metric: string) => (recorded ? series(row.id, metric) : { steps: [], values: [] })
    const { steps, values: loss } = values(METRIC.trainLoss)
    const spec = row.spec.rangeTest!
    const sweeps = sweepsOf(spec, {
      steps,
      loss,
      lr: values(METRIC.lr).values,
      gradientNorm: values(METRIC.gradNorm).values,
    })
    const enough = (sweeps[0]?.loss.length ?? 0) >= Math.min(FEWEST, spec.steps)
    const read = { sweeps, analysis: enough ? analyseRangeTest(sweeps, spec) : null }
    known.set(row.id, { state, read })
    return read
  }
}

/** The smoothed mean at rates that are equally far apart in log lr, for a picture the size of a word. */
export function overviewOf(analysis: RangeAnalysis | null): Float64Array {
  const curve = new Float64Array(CURVE_POINTS).fill(NaN)
  if (!analysis?.lr.length) return curve
  const { lr, loss } = analysis
  const [from, to] = [Math.log(lr[0]!), Math.log(lr.at(-1)!)]
  let at = 0
  return curve.map((_, i) => {
    const x = from + ((to - from) * i) / (CURVE_POINTS - 1)
    while (at < lr.length - 2 && Math.log(lr[at + 1]!) < x) at++
    const next = Math.min(at + 1, lr.length - 1)
    const [left, right] = [Math.log(lr[at]!), Math.log(lr[next]!)]
    const share = right > left ? Math.min(1, (x - left) / (right - left)) : 0
    return loss[at]! + (loss[next]! - loss[at]!) * share
  })
}
