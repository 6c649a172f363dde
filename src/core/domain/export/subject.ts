import { bestOf, METRIC } from '../metrics'
import type { RunRow, RunStatus } from '../run'
import { type RunSpec, stepsPerEpoch, trainingSamples } from '../spec/run-spec'

/** What a run came to, for the comment. */
export interface ExportResult {
  id: string
  name: string
  status: RunStatus
  /** Updates that were made, of those planned. */
  steps: number
  divergedAt: number | null
  /** Best value of each metric and the update after which it was measured. */
  best: { metric: string; value: number; step: number }[]
}

/** What code is written of: settings, and the result where there is one. */
export interface ExportSubject {
  spec: RunSpec
  /** N, updates planned. */
  steps: number
  /** Null where only the user's files know how many samples there are. */
  stepsPerEpoch: number | null
  result?: ExportResult
}

export interface ExportedCode {
  /** A module of that library with one function `train`, to be called with a model and its batches. */
  code: string
  /** Does the rate come from a class of the library, or from a function that the code spells out? */
  how: 'library' | 'function'
  /** Which one, and why, in a sentence; the code has it as a comment. */
  note: string
}

/** Metrics that say how good a run was, best known first. */
const TOLD: string[] = [METRIC.validationAccuracy, METRIC.validationLoss, METRIC.trainLoss]

/** A run as it stands, with its result. */
export function exportSubject(row: RunRow): ExportSubject {
  const samples = row.dataset?.train ?? trainingSamples(row.spec.dataset)
  const measured = (metric: string) => Object.hasOwn(row.metrics, metric)
  return {
    spec: row.spec,
    steps: Math.max(1, row.totalSteps),
    stepsPerEpoch: samples === null ? null : stepsPerEpoch(samples, row.spec.batchSize),
    result: {
      id: row.id,
      name: row.name,
      status: row.status,
      steps: row.steps,
      divergedAt: row.divergedAt,
      best: TOLD.filter(measured).map((metric) => ({ metric, ...bestOf(metric, row.metrics[metric]!) })),
    },
  }
}
