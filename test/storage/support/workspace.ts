import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Frame } from '../../../src/core/domain/metrics'
import { parseRunSpec } from '../../../src/core/domain/spec/run-spec'
import { openWorkspace } from '../../../src/core/storage/open'
import type { NewRun, Storage } from '../../../src/core/storage/types'

/** A fixed time; workspaces in tests have no other clock. */
export const NOW = 1_750_000_000_000

/** A new folder that is removed when the test ends. */
export function newFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'anneal-storage-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** A workspace that is closed when the test ends. */
export function open(dir = newFolder()): Storage {
  const storage = openWorkspace(dir, { now: () => NOW })
  onTestFinished(() => storage.close())
  return storage
}

export function newRun(id: string, changes: Partial<NewRun> = {}, spec: Record<string, unknown> = {}): NewRun {
  return {
    id,
    name: `run ${id}`,
    totalSteps: 1000,
    peakLr: 0.1,
    createdAt: NOW,
    spec: parseRunSpec({
      dataset: { kind: 'spirals' },
      model: { preset: 'mlp' },
      schedule: { kind: 'constant', lr: 0.1 },
      budget: { steps: 1000 },
      ...spec,
    }),
    ...changes,
  }
}

/** A frame of consecutive steps; `value(step, metric)` gives its numbers. */
export function frame(
  track: string,
  metrics: string[],
  from: number,
  n: number,
  value: (step: number, metric: number) => number = (step) => step,
): Frame {
  const data = new Float64Array(n * (metrics.length + 2))
  for (let i = 0; i < n; i++) {
    data[i] = from + i
    data[n + i] = NOW + from + i
    metrics.forEach((_, j) => (data[(2 + j) * n + i] = value(from + i, j)))
  }
  return { track, metrics, n, data }
}

/** One metric's points at given steps. */
export const points = (metric: string, steps: number[], values: number[]): Frame => ({
  track: metric,
  metrics: [metric],
  n: steps.length,
  data: Float64Array.from([...steps, ...steps.map((step) => NOW + step), ...values]),
})
