import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createRng } from '../../src/core/domain/rng'
import { momentumOf } from '../../src/core/domain/spec/optimizers'
import { parseRunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { resolveEngine } from '../../src/core/engine/backends/resolve'
import { loadDataset } from '../../src/core/engine/datasets/load-dataset'
import { createLearner } from '../../src/core/engine/train/train'
import { updateStep } from '../../src/core/engine/train/update-step'
import { answerQuestions } from './answer-questions'

/** Losses of some updates from weights and batches that are written to a folder for PyTorch. */
export interface LossesTask {
  kind: 'losses'
  spec: RunSpecInput
  lr: number
  folder: string
}

const UPDATES = 50

export async function serveLosses({ spec: input, lr, folder }: LossesTask): Promise<void> {
  const spec = parseRunSpec(input)
  const dataset = await loadDataset(spec.dataset)
  const learner = createLearner(spec, await resolveEngine(spec.engine, spec.threads), dataset)
  const weights = learner.model.parameters.map(({ tensor }) => learner.ops.download(tensor))
  writeFileSync(join(folder, 'weights.f32'), Buffer.concat(weights.map(({ buffer }) => Buffer.from(buffer))))
  const rng = createRng(7, 'losses')
  const rows = Array.from({ length: UPDATES }, () => Uint32Array.from({ length: 64 }, () => rng.int(60_000)))
  writeFileSync(join(folder, 'rows.u32'), Buffer.concat(rows.map(({ buffer }) => Buffer.from(buffer))))
  const rates = { lr, momentum: momentumOf(spec.optimizer) }
  const losses = rows.map((row) => updateStep(learner, dataset.batch('train', row), rates, false).loss)
  await answerQuestions({ losses: async () => ({ losses }) })
}

/** Largest relative differences of any of 50 losses from the same weights on the same batches. */
export interface LossDifferences {
  toFloat32: number
  toFloat64: number
  /** Of PyTorch's own float32 from its float64: what any of these numbers has to be seen against. */
  ofTorch: number
}

export async function differencesFromTorch(
  python: string,
  mnist: string,
  model: 'mlp' | 'cnn-small',
  optimizer: string,
  threads: number,
  ours: (folder: string) => Promise<number[]>,
): Promise<LossDifferences> {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-bench-'))
  try {
    for (const name of ['train-inputs.f32', 'train-labels.i32']) cpSync(join(mnist, name), join(folder, name))
    const losses = await ours(folder)
    const args = [resolve('bench/peers/torch_losses.py'), folder, model, optimizer, String(threads)]
    const { stdout } = spawnSync(python, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
    const { float32, float64 } = JSON.parse(stdout) as Record<'float32' | 'float64', number[]>
    const largest = (some: number[], others: number[]) =>
      Math.max(...some.map((loss, t) => Math.abs(loss / others[t]! - 1)))
    return {
      toFloat32: largest(losses, float32),
      toFloat64: largest(losses, float64),
      ofTorch: largest(float32, float64),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
