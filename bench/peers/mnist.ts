import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { loadDataset } from '../../src/core/engine/datasets/load-dataset'
import { CACHE } from './python'

/** All of MNIST, as every run of these benchmarks takes it. */
export const MNIST = parseRunSpec({
  dataset: { kind: 'mnist' },
  model: { preset: 'mlp' },
  schedule: { kind: 'constant', lr: 0.01 },
  budget: { steps: 1 },
}).dataset

/** Writes MNIST, standardised, as plain numbers for the Python peers; once. @returns its folder */
export async function writeMnist(): Promise<string> {
  const folder = join(CACHE, 'mnist')
  if (existsSync(folder)) return folder
  const dataset = await loadDataset(MNIST)
  const unfinished = `${folder}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  for (const part of ['train', 'validation'] as const) {
    const { inputs, labels } = dataset.batch(
      part,
      Uint32Array.from({ length: dataset.summary[part] }, (_, i) => i),
    )
    writeFileSync(join(unfinished, `${part}-inputs.f32`), inputs)
    writeFileSync(join(unfinished, `${part}-labels.i32`), labels)
  }
  renameSync(unfinished, folder)
  return folder
}
