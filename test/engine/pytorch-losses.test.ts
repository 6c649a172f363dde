import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import type { LayerInput } from '../../src/core/domain/spec/layers'
import { ModelSpec } from '../../src/core/domain/spec/models'
import { type ClipSpec, momentumOf, OptimizerSpec } from '../../src/core/domain/spec/optimizers'
import { startNative } from '../../src/core/engine/backends/native/start-native'
import { buildModel } from '../../src/core/engine/layers/build-model'
import { createOptimizer } from '../../src/core/engine/optimizers/create-optimizer'
import type { Ops } from '../../src/core/engine/ops/ops'
import { updateStep } from '../../src/core/engine/train/update-step'
import { ENGINES } from './engines'
import { NO_NATIVE, THREADS } from './native-library'

/** What bench/peers/record_torch.py has written. */
interface Recorded {
  torch: string
  runs: {
    model: 'mlp' | 'cnn'
    optimizer: v.InferInput<typeof OptimizerSpec>
    clip?: ClipSpec
    lr: number
    losses: number[]
    norms: number[]
  }[]
}
const recorded = JSON.parse(
  readFileSync(new URL('../fixtures/torch-optimizers.json', import.meta.url), 'utf8'),
) as Recorded

const OPS: Record<string, Ops> = {
  wasm: ENGINES.wasm.ops,
  ...(NO_NATIVE ? {} : { native: (await startNative(THREADS)).ops }),
}

const [BATCH, SIZE, CLASSES] = [32, 8, 10]
/** Largest relative difference of any of the 50 losses and gradient norms; seen were at most 1.1e-6. */
const BAR = 2e-5

const block = (filters: number): LayerInput[] => [
  { kind: 'conv2d', filters, kernel: 3, bias: false },
  { kind: 'batch-norm' },
  { kind: 'relu' },
  { kind: 'max-pool', size: 2 },
]
const LAYERS: Record<'mlp' | 'cnn', LayerInput[]> = {
  mlp: [{ kind: 'flatten' }, { kind: 'dense', units: 32 }, { kind: 'relu' }],
  cnn: [...block(8), ...block(16), { kind: 'flatten' }],
}

/** The generator of record_torch.py: Numerical Recipes' linear congruential one, its upper 24 bits. */
function draws(seed: number) {
  let state = seed
  const uniform = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0
    return (state >>> 8) / 2 ** 23 - 1
  }
  return { uniform, array: (n: number) => Array.from({ length: n }, uniform) }
}

function* batches() {
  const { uniform, array } = draws(1)
  const size = SIZE * SIZE
  const patterns = array(CLASSES * size)
  for (;;) {
    const labels = Int32Array.from({ length: BATCH }, () => Math.trunc(((uniform() + 1) * CLASSES) / 2))
    const noise = array(BATCH * size)
    const inputs = Float32Array.from(noise, (x, i) => patterns[labels[Math.floor(i / size)]! * size + (i % size)]! + x)
    yield { inputs, labels, targets: null }
  }
}

function learnerOf(ops: Ops, { model: kind, optimizer, clip }: Recorded['runs'][number]) {
  const spec = v.parse(ModelSpec, { layers: LAYERS[kind] })
  const model = buildModel(ops, spec, [SIZE, SIZE, 1], CLASSES, createRng(0, 'weights'))
  const { array } = draws(2)
  for (const parameter of model.parameters.filter(({ decays }) => decays)) {
    const { shape } = parameter.tensor
    const inputs = shape.slice(0, -1).reduce((product, n) => product * n, 1)
    ops.dispose(parameter.tensor)
    const values = array(inputs * shape.at(-1)!).map((x) => x / Math.sqrt(inputs))
    parameter.tensor = ops.upload(Float32Array.from(values), shape)
  }
  const made = createOptimizer(ops, v.parse(OptimizerSpec, optimizer), model.parameters)
  const loss = 'cross-entropy' as const
  return { ops, model, optimizer: made, shape: [SIZE, SIZE, 1], loss, clip, gradientNorm: true }
}

/** Largest difference of any value from the recorded one, as a share of that. */
const difference = (values: number[], expected: number[]) =>
  Math.max(...values.map((value, i) => Math.abs(value / expected[i]! - 1)))

describe.each(Object.keys(OPS))(`50 updates on %s beside PyTorch ${recorded.torch}`, (kind) => {
  const ops = OPS[kind]!
  it.each(recorded.runs)('$model, $optimizer, clip $clip', (run) => {
    const before = ops.tensorCount()
    const learner = learnerOf(ops, run)
    const rates = { lr: run.lr, momentum: momentumOf(v.parse(OptimizerSpec, run.optimizer)) }
    const batch = batches()
    const outcomes = run.losses.map(() => updateStep(learner, batch.next().value!, rates, false))
    const losses = difference(
      outcomes.map(({ loss }) => loss),
      run.losses,
    )
    const norms = difference(
      outcomes.map(({ gradientNorm }) => gradientNorm),
      run.norms,
    )
    expect(losses).toBeLessThan(BAR)
    expect(norms).toBeLessThan(BAR)
    learner.optimizer.dispose()
    learner.model.dispose()
    expect(ops.tensorCount()).toBe(before)
  })
})

it.skipIf(!NO_NATIVE)(`TensorFlow beside PyTorch is not tested: ${NO_NATIVE}`, () => {})
