import type { MetricSummary } from '../../src/core/domain/metrics'
import type { RunRow } from '../../src/core/domain/run'
import { parseRunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { addToSummary, emptySummary } from '../../src/core/domain/stats/summary'

/** The summary of values at steps 0, 1, 2 … */
export function summaryOf(...values: number[]): MetricSummary {
  const summary = emptySummary()
  addToSummary(summary, Float64Array.from(values.keys()), Float64Array.from(values))
  return summary
}

/** A finished run; changes of the row and of its spec. */
export function runRow(change: Partial<RunRow> = {}, spec: Partial<RunSpecInput> = {}): RunRow {
  return {
    id: 'aaaa0000',
    name: 'plain',
    group: '',
    tags: [],
    notes: '',
    status: 'finished',
    reason: null,
    spec: parseRunSpec({
      dataset: { kind: 'mnist' },
      model: { preset: 'cnn-small' },
      schedule: { kind: 'one-cycle', maxLr: 0.4 },
      budget: { steps: 100 },
      ...spec,
    }),
    steps: 100,
    totalSteps: 100,
    peakLr: 0.4,
    divergedAt: null,
    createdAt: 1000,
    startedAt: 2000,
    endedAt: 5000,
    engine: null,
    dataset: null,
    environment: null,
    parameters: null,
    hidden: false,
    pinned: false,
    colour: null,
    metrics: {},
    ...change,
  }
}
