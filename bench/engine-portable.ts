import { createRequire } from 'node:module'
import type { Tensor } from '@tensorflow/tfjs-core'
import { RECORD_DEFAULTS } from '../src/core/domain/spec/optimizers'
import { parseRunSpec, type RunSpecInput } from '../src/core/domain/spec/run-spec'
import { type Engine, resolveEngine } from '../src/core/engine/backends/resolve'
import type { Dataset } from '../src/core/engine/datasets/dataset'
import { loadDataset } from '../src/core/engine/datasets/load-dataset'
import { shuffledBatches } from '../src/core/engine/train/batches'
import { evaluate } from '../src/core/engine/train/evaluate'
import { createLearner } from '../src/core/engine/train/train'
import { type Learner, lossOf, updateStep } from '../src/core/engine/train/update-step'
import { Batcher, FLUSH_MS } from '../src/core/jobs/batcher'
import { median, table, timed } from './measure'

const ROUNDS = 9

/** Updates from one update ratio to the next, as a run has them by default. */
const RATIO_EVERY = RECORD_DEFAULTS.updateRatioEvery

const specOf = (preset: string): RunSpecInput => ({
  dataset: { kind: 'mnist' },
  model: { preset: preset as 'mlp' },
  schedule: { kind: 'constant', lr: 0.01 },
  budget: { steps: 1 },
  seed: 1,
})

/** Trains some steps of a model of its own, so that all ways to train do the same work. */
type Steps = (count: number) => Promise<void>

interface Way {
  name: string
  learner: Learner
  steps: Steps
}

const rates = { lr: 0.01, momentum: 0.9 }
const ms = (value: number) => value.toFixed(value < 10 ? 2 : 1)

/** Figures of the portable engine; ratios are medians over rounds in which all ways take turns. */
export async function run(): Promise<void> {
  const dataset = await loadDataset(parseRunSpec(specOf('mlp')).dataset)
  const wasm = await resolveEngine('wasm')
  for (const [preset, count] of [
    ['cnn-small', 20],
    ['mlp', 200],
  ] as const) {
    console.log(
      `\nA step of ${preset} on MNIST, batch 64, ${wasm.info.label}; ms, median of ${ROUNDS} rounds of ${count} steps`,
    )
    await compare(recordingWays(preset, wasm, dataset), count, ROUNDS)
  }
  await evaluation(wasm, dataset)
  const cpu = await resolveEngine('cpu')
  console.log('\nA step of cnn-small, wasm against pure JavaScript; ms, median of 5 rounds')
  const engines = [
    ['wasm', wasm],
    ['pure JavaScript', cpu],
    ["the same with TensorFlow.js's own filter gradient", withStockGradient(cpu)],
  ] as const
  await compare(
    engines.map(([name, engine]) => updating(name, 'cnn-small', engine, dataset, () => false)),
    1,
    5,
  )
}

/** Pure JavaScript as TensorFlow.js has it: its kernel for the filter gradient in place of the composed one. */
function withStockGradient({ ops, info }: Engine): Engine {
  const tf = createRequire(import.meta.url)('@tensorflow/tfjs-core') as typeof import('@tensorflow/tfjs-core')
  return {
    info,
    ops: {
      ...ops,
      conv2dFilterGradient(dy, x, g) {
        const filterShape = [g.kernel, g.kernel, g.channels, dy.shape[3]!]
        const values = tf.tidy(() => {
          const inputs = {
            x: tf.tensor(ops.download(x), x.shape as number[]),
            dy: tf.tensor(ops.download(dy), dy.shape as number[]),
          }
          const attrs = { strides: [g.stride, g.stride], pad: 'same', dataFormat: 'NHWC', filterShape }
          return (tf.engine().runKernel('Conv2DBackpropFilter', inputs, attrs) as Tensor).dataSync<'float32'>()
        })
        return ops.upload(values, filterShape)
      },
    },
  }
}

/** The same training four times: bare, with the gradient's norm, with the update ratio as well, with all recorded. */
function recordingWays(preset: string, engine: Engine, dataset: Dataset): Way[] {
  const batcher = new Batcher(() => performance.timeOrigin + performance.now())
  let flushed = 0
  const everyTenth = (t: number) => t % RATIO_EVERY === 0
  return [
    bare('no norms', preset, engine, dataset),
    updating('gradient norm', preset, engine, dataset, () => false),
    updating('gradient norm, ratio every 10th', preset, engine, dataset, everyTenth),
    updating('the same, all recorded', preset, engine, dataset, everyTenth, async (t, values, ratio) => {
      batcher.record('update', t, values)
      if (ratio !== null) batcher.record('ratio', t, [ratio])
      if (performance.now() - flushed < FLUSH_MS) return
      flushed = performance.now()
      batcher.take()
      await new Promise((resolve) => setImmediate(resolve))
    }),
  ]
}

function updating(
  name: string,
  preset: string,
  engine: Engine,
  dataset: Dataset,
  measureRatio: (t: number) => boolean,
  record?: (t: number, values: number[], ratio: number | null) => Promise<void>,
): Way {
  const spec = parseRunSpec(specOf(preset))
  const learner = createLearner(spec, engine, dataset)
  const batches = shuffledBatches(dataset.summary.train, spec.batchSize, spec.seed)
  let t = 0
  const steps: Steps = async (count) => {
    for (let i = 0; i < count; i++, t++) {
      const started = performance.now()
      const batch = dataset.batch('train', batches.next().value)
      const { loss, accuracy, gradientNorm, updateRatio } = updateStep(learner, batch, rates, measureRatio(t))
      const time = performance.now() - started
      await record?.(t, [loss, accuracy, rates.lr, rates.momentum, gradientNorm, time], updateRatio)
    }
  }
  return { name, learner, steps }
}

/** Training without any measure of it. */
function bare(name: string, preset: string, engine: Engine, dataset: Dataset): Way {
  const spec = parseRunSpec(specOf(preset))
  const learner = createLearner(spec, engine, dataset)
  const batches = shuffledBatches(dataset.summary.train, spec.batchSize, spec.seed)
  const { ops, model, optimizer, shape } = learner
  const steps: Steps = async (count) => {
    for (let i = 0; i < count; i++) {
      const batch = dataset.batch('train', batches.next().value)
      ops.scope(() => {
        const { outputs, tape } = model.train(ops.upload(batch.inputs, [batch.labels.length, ...shape]))
        tape.backward(outputs, lossOf(learner, outputs.tensor, batch, true).gradient!)
        const gradients = model.parameters.map((parameter) => tape.gradientOf(parameter)!)
        optimizer.update(gradients, { ...rates, gradientScale: 1 })
      })
    }
  }
  return { name, learner, steps }
}

/**
 * Prints each way's time a step and its ratios. Ratios are of processor time, which says the same on a busy machine;
 * the wall clock is beside it.
 */
async function compare(ways: Way[], count: number, rounds: number): Promise<void> {
  const wall = ways.map((): number[] => [])
  const processor = ways.map((): number[] => [])
  for (const { steps } of ways) await steps(Math.ceil(count / 4))
  for (let round = 0; round < rounds; round++)
    for (let k = 0; k < ways.length; k++) {
      // A turn of its own each round, so that no way always follows the same one.
      const i = (k + round) % ways.length
      const before = process.cpuUsage()
      wall[i]!.push((await timed(() => ways[i]!.steps(count))) / count)
      const { user, system } = process.cpuUsage(before)
      processor[i]!.push((user + system) / 1000 / count)
    }
  const ratio = (i: number, to: number) =>
    median(processor[i]!.map((time, round) => time / processor[to]![round]!)).toFixed(3)
  table([
    ['way', 'wall ms', 'processor ms', 'least', 'to the first', 'to the one before'],
    ...ways.map(({ name }, i) => [
      name,
      ms(median(wall[i]!)),
      ms(median(processor[i]!)),
      ms(Math.min(...processor[i]!)),
      ratio(i, 0),
      i ? ratio(i, i - 1) : '',
    ]),
  ])
  for (const { learner } of ways) {
    learner.optimizer.dispose()
    learner.model.dispose()
  }
}

async function evaluation(engine: Engine, dataset: Dataset): Promise<void> {
  console.log(`\nEvaluation on ${dataset.summary.validation} samples; ms, median of 5`)
  const rows: (string | number)[][] = [['preset', 'ms']]
  for (const preset of ['mlp', 'cnn-small']) {
    const learner = createLearner(parseRunSpec(specOf(preset)), engine, dataset)
    const times: number[] = []
    for (let i = 0; i < 5; i++) times.push(await timed(() => evaluate(learner, dataset, async () => false)))
    rows.push([preset, ms(median(times))])
    learner.optimizer.dispose()
    learner.model.dispose()
  }
  table(rows)
}
