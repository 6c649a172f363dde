import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Core, createCore } from '../../src/core/create-core'
import type { RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { idleTrainer } from './idle-trainer'

/** A short valid spec. */
export const SPEC: RunSpecInput = {
  dataset: { kind: 'spirals', train: 300, validation: 100 },
  model: { preset: 'mlp' },
  schedule: { kind: 'one-cycle', maxLr: 0.4 },
  batchSize: 32,
  budget: { steps: 50 },
  seed: 1,
}

export const TOKEN = 'test-token-'.padEnd(43, 'x')

/** The real core over a real workspace in a fresh folder; only trainers are stood in for. */
export async function temporaryCore(): Promise<Core> {
  const dir = mkdtempSync(join(tmpdir(), 'anneal-api-'))
  const core = await createCore({ dir, kind: 'cli', launcher: idleTrainer, parallel: 1 })
  return {
    ...core,
    async close() {
      await core.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Resolves when a condition holds; says what was awaited where it does not within 20 s. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
