import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { CoreEvent } from '../../src/core/api/contract'
import { createInProcessTransport } from '../../src/core/api/transports/in-process'
import { createCore } from '../../src/core/create-core'
import { METRIC } from '../../src/core/domain/metrics'
import type { RunProgress } from '../../src/core/domain/run'
import type { RunSpecInput } from '../../src/core/domain/spec/run-spec'
import type { Storage } from '../../src/core/storage/types'

/** Some seconds of training, with something to lose between two checkpoints. */
export const LONG: RunSpecInput = {
  name: 'long',
  dataset: { kind: 'spirals', train: 320, validation: 60 },
  model: {
    layers: [{ kind: 'dense', units: 32 }, { kind: 'batch-norm' }, { kind: 'relu' }, { kind: 'dropout', rate: 0.2 }],
  },
  optimizer: { kind: 'adam' },
  schedule: { kind: 'one-cycle', maxLr: 0.01 },
  batchSize: 48,
  budget: { steps: 2000 },
  evaluate: { everySteps: 150 },
  seed: 8,
}

/** A workspace folder that is removed when the test ends. */
export function newWorkspace(): string {
  const dir = mkdtempSync(join(tmpdir(), 'anneal-resume-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }))
  return dir
}

/** The real core with real trainer processes. */
export async function openCore(dir: string) {
  const core = await createCore({ dir, kind: 'cli', parallel: 1 })
  onTestFinished(() => core.close())
  const api = createInProcessTransport(core.api)
  const notices: string[] = []
  const events: CoreEvent[] = []
  core.api.subscribe((event) => {
    events.push(event)
    if (event.type === 'notice') notices.push(event.message)
  })
  return {
    ...core,
    api,
    notices,
    events,
    start: async (spec: RunSpecInput) => (await api.call('runs.create', { spec })).runs[0]!.id,
    resume: async (run: string, fromStart = false) => {
      await api.call('runs.resume', { run, fromStart })
      return core.jobs.ended(run)
    },
    untilStep: (step: number) =>
      new Promise<RunProgress>((resolve) => {
        const off = core.jobs.onProgress((progress) => {
          if (progress.step < step) return
          off()
          resolve(progress)
        })
      }),
  }
}

/** Every recorded value of a run but times and what was seen of the machine, and the hash of all that it has learnt. */
export function resultOf(storage: Storage, run: string) {
  const row = storage.runs.get(run)
  const names = Object.keys(row.metrics).filter((name) => name !== METRIC.stepTime && !name.startsWith('system/'))
  const series = Object.fromEntries(
    names.sort().map((name) => {
      const { steps, values } = storage.metrics.series(run, name)
      return [name, { steps: [...steps], values: [...values], summary: row.metrics[name] }]
    }),
  )
  const checkpoints = storage.checkpoints
    .list(run)
    .map(({ step, sha256, value, best }) => ({ step, sha256, value, best }))
  return { status: row.status, reason: row.reason, steps: row.steps, series, checkpoints }
}

/** What the run is without any break. */
export async function undisturbed(spec: RunSpecInput) {
  const core = await openCore(newWorkspace())
  const run = await core.start(spec)
  await core.jobs.ended(run)
  const result = resultOf(core.storage, run)
  await core.close()
  return result
}
