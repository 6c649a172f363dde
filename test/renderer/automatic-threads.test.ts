import { describe, expect, it } from 'vitest'
import { parseRunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { automaticThreads } from '../../src/renderer/pages/new-run/automatic-threads'

const MACHINE = { engine: { kind: 'native' as const, label: '', whyNotFaster: null }, cores: 4 }
const IDX = { kind: 'idx', images: 'images', labels: 'labels' } as const
const specOf = (change: Partial<RunSpecInput>) =>
  parseRunSpec({
    dataset: { kind: 'mnist' },
    model: { preset: 'mlp' },
    schedule: { kind: 'constant', lr: 0.1 },
    budget: { steps: 1 },
    ...change,
  })

describe('the threads that the form says a run will take', () => {
  it.each<[string, Partial<RunSpecInput>, number | null]>([
    ['a small dense network on MNIST', {}, 1],
    ['convolutions', { model: { preset: 'cnn-small' } }, 4],
    ['convolutions on the wasm engine', { model: { preset: 'cnn-small' }, engine: 'wasm' }, 1],
    ['convolutions, whatever size the files have', { model: { preset: 'cnn-small' }, dataset: IDX }, 4],
    ['a dense network, where the size of the files decides', { dataset: IDX }, null],
  ])('%s', (_name, change, threads) => expect(automaticThreads(specOf(change), MACHINE)).toBe(threads))
})
