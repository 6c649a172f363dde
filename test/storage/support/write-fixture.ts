// Writes the workspace that test/fixtures/workspaces keeps for each version of the schema, with the program that it lies in:
//   node --no-warnings --import ./test/storage/support/typescript-hooks.mjs test/storage/support/write-fixture.ts FOLDER
// When a migration comes, run it before, pack FOLDER/anneal.db with gzip, and never write that file again.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseRunSpec } from '../../../src/core/domain/spec/run-spec'
import { openWorkspace } from '../../../src/core/storage/open'

const NOW = 1_750_000_000_000
const storage = openWorkspace(process.argv[2]!, { now: () => NOW })
const spec = parseRunSpec({
  dataset: { kind: 'spirals' },
  model: { preset: 'mlp' },
  schedule: { kind: 'constant', lr: 0.1 },
  budget: { steps: 1100 },
})
const frame = (metrics: string[], from: number, n: number) => {
  const data = new Float64Array(n * (2 + metrics.length))
  for (let i = 0; i < n; i++) {
    data[i] = from + i
    data[n + i] = NOW + from + i
    metrics.forEach((_, j) => (data[(2 + j) * n + i] = (from + i) % 97 ? 1 / (1 + from + i + j) : NaN))
  }
  return { track: 'update', metrics, n, data }
}
for (const [id, steps] of [
  ['aaaaaaaa', 1100],
  ['bbbbbbbb', 130],
] as const) {
  storage.runs.create({ id, spec, name: `run ${id[0]}`, totalSteps: 1100, peakLr: 0.1, createdAt: NOW })
  storage.runs.setStatus(id, 'running', { startedAt: NOW })
  for (let at = 0; at < steps; at += 100)
    storage.metrics.append(id, [frame(['train/loss', 'lr'], at, Math.min(100, steps - at))], Math.min(steps, at + 100))
}
storage.metrics.seal('aaaaaaaa')
storage.runs.setStatus('aaaaaaaa', 'finished', { endedAt: NOW + 5000 })
storage.runs.update('aaaaaaaa', { tags: ['old'], notes: 'kept' })
storage.settings.set('theme', 'dark')
// What later versions can do.
if ('checkpoints' in storage) {
  const folder = storage.checkpoints.folder('bbbbbbbb')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, '100.ckpt'), 'not a real one')
  storage.checkpoints.add('bbbbbbbb', { step: 100, bytes: 14, sha256: 'a'.repeat(64), value: 0.5 })
}
if ('views' in storage) storage.views.save('runs', 'mine', { sort: 'lr' })
storage.close()
