import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { parseRunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { openWorkspace } from '../../src/core/storage/open'
import type { Storage } from '../../src/core/storage/types'

/** A short real run: two spirals, a small network. */
export const TINY: RunSpecInput = {
  dataset: { kind: 'spirals', train: 600, validation: 200 },
  model: { preset: 'mlp' },
  schedule: { kind: 'one-cycle', maxLr: 0.2 },
  batchSize: 32,
  budget: { steps: 60 },
  evaluate: { everySteps: 20 },
  seed: 1,
}

/** A fresh folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-test-'))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A real workspace in a fresh folder, with a way to queue runs. */
export function temporaryWorkspace(): { storage: Storage; create: (id: string, spec?: Partial<RunSpecInput>) => void } {
  const storage = openWorkspace(temporaryFolder(), { now: Date.now })
  afterEach(() => storage.close())
  const create = (id: string, change: Partial<RunSpecInput> = {}) => {
    const spec = parseRunSpec({ ...TINY, ...change })
    storage.runs.create({ id, spec, name: spec.name, totalSteps: 60, peakLr: 0.2, createdAt: Date.now() })
  }
  return { storage, create }
}
