import type { RunSpecInput } from '../../src/core/domain/spec/run-spec'

/** Two spirals, a small network, sixty updates: some seconds on any machine. */
export const SHORT_RUN: RunSpecInput = {
  name: 'short',
  dataset: { kind: 'spirals', train: 600, validation: 200 },
  model: { preset: 'mlp' },
  schedule: { kind: 'one-cycle', maxLr: 0.2 },
  batchSize: 32,
  budget: { steps: 60 },
  evaluate: { everySteps: 20 },
  seed: 1,
  engine: 'wasm',
}
