import { METRIC, bestOf } from '../../../core/domain/metrics'
import type { RunRow } from '../../../core/domain/run'
import { createSchedule, type ScheduleSpec } from '../../../core/domain/schedules/registry'
import { isRegression } from '../../../core/domain/spec/datasets'
import type { RunSpec } from '../../../core/domain/spec/run-spec'
import { epochLength } from './draft'
import { previewSteps } from './preview'

/** A schedule that runs on this data followed, and what the best of them reached. */
export interface PastSchedule {
  /** Id of the best run. */
  key: string
  name: string
  spec: ScheduleSpec
  steps: number
  /** Updates in an epoch of that run; null where only its files know. */
  epoch: number | null
  /** Best validation accuracy (loss in a regression); null where nothing was measured. */
  best: number | null
  /** Runs with exactly this schedule: seeds, other batch orders. */
  runs: number
}

/** Points of a faint line: enough for its width in px, and every phase end. */
const POINTS = 600

const metricOf = (spec: RunSpec) => (isRegression(spec.dataset) ? METRIC.validationLoss : METRIC.validationAccuracy)

function reached({ spec, metrics }: RunRow): number | null {
  const summary = metrics[metricOf(spec)]
  const { value } = summary ? bestOf(metricOf(spec), summary) : { value: NaN }
  return Number.isFinite(value) ? value : null
}

/**
 * Schedules of runs on the same kind of data, the best first. Runs with one schedule are one line; range tests have
 * none, and what a plateau did depends on its metric.
 */
export function pastSchedules(rows: readonly RunRow[], spec: RunSpec): PastSchedule[] {
  const found = new Map<string, PastSchedule>()
  const falls = isRegression(spec.dataset)
  const isBetter = (a: number | null, b: number | null) => a !== null && (b === null || (falls ? a < b : a > b))
  for (const row of rows) {
    if (row.startedAt === null || row.spec.rangeTest || row.spec.dataset.kind !== spec.dataset.kind) continue
    if (isRegression(row.spec.dataset) !== falls || dependsOnMetric(row.spec.schedule)) continue
    const key = `${row.totalSteps} ${JSON.stringify(row.spec.schedule)}`
    const best = reached(row)
    const known = found.get(key)
    const runs = (known?.runs ?? 0) + 1
    const keeps = known && !isBetter(best, known.best)
    found.set(key, keeps ? { ...known, runs } : { ...pastOf(row), best, runs })
  }
  return [...found.values()].sort((a, b) => (isBetter(a.best, b.best) ? -1 : isBetter(b.best, a.best) ? 1 : 0))
}

const pastOf = ({ id, name, spec, totalSteps }: RunRow) => ({
  key: id,
  name,
  spec: spec.schedule,
  steps: totalSteps,
  epoch: epochLength(spec),
})

const dependsOnMetric = (spec: ScheduleSpec): boolean => JSON.stringify(spec).includes('"kind":"plateau"')

/** Rates of a past schedule over x: updates, or epochs of its own length. */
export function pastCourse(past: PastSchedule, inEpochs: boolean): { x: Float64Array; values: Float64Array } {
  const schedule = createSchedule(past.spec, past.steps)
  const at = previewSteps(schedule, past.steps, POINTS)
  const per = inEpochs ? (past.epoch ?? NaN) : 1
  return { x: at.map((t) => t / per), values: at.map((t) => schedule.lr(t)) }
}
