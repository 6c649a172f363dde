import vm from 'node:vm'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import { beforeAll, describe, expect, it } from 'vitest'
import { exportCode } from '../../../src/core/domain/export/export-code'
import { CASES, subjectOf } from './cases'
import { largestOff, measuredAfter, ourRates } from './played'

beforeAll(async () => void (await tf.setBackend('cpu')))

type Train = (model: object, batches: Iterable<object>, ...rest: unknown[]) => Promise<Optimizer>
/** What the optimizers of TensorFlow.js compute with, whatever their fields say. */
type Optimizer = tf.Optimizer & {
  c?: tf.Scalar
  m?: tf.Scalar
  learningRate: number
  momentum?: number
  beta1?: number
}

/** The exported module, executed with the real TensorFlow.js. */
function moduleOf(code: string): { train: Train; createOptimizer(): Optimizer } {
  const body = code.replace("import * as tf from '@tensorflow/tfjs'", '').replaceAll(/^export /gm, '')
  return vm.runInThisContext(`(tf) => { ${body}\nreturn { train, createOptimizer } }`)(tf)
}

const rateIn = ({ c, learningRate }: Optimizer): number => (c ? -c.dataSync()[0]! : learningRate)
const momentumIn = ({ m, momentum, beta1 }: Optimizer): number => m?.dataSync()[0] ?? beta1 ?? momentum ?? 0

/** Two inputs, three classes, weights that are the same each time. */
function tinyModel() {
  const kernel = tf.variable(tf.tensor2d([0.1, -0.2, 0.3, 0.2, 0.1, -0.3], [2, 3]))
  const bias = tf.variable(tf.zeros([3]))
  return {
    apply: (xs: tf.Tensor) => tf.add(tf.matMul(xs as tf.Tensor2D, kernel as tf.Tensor2D), bias),
    getWeights: (trainableOnly: boolean) => (trainableOnly ? [kernel, bias] : []),
    kernel,
    bias,
  }
}

function* batches() {
  const batch = { xs: tf.tensor2d([1, 2, -1, 0.5], [2, 2]), ys: tf.tensor1d([0, 2], 'int32') }
  for (;;) yield batch
}

/** Trains and looks into the optimizer at every update. */
async function played(code: string) {
  const { train, createOptimizer } = moduleOf(code)
  const optimizer = createOptimizer()
  const lr: number[] = []
  const momentum: number[] = []
  const apply = optimizer.applyGradients.bind(optimizer)
  optimizer.applyGradients = (gradients) => {
    lr.push(rateIn(optimizer))
    momentum.push(momentumIn(optimizer))
    apply(gradients)
  }
  const model = tinyModel()
  const validate = () => {
    const value = measuredAfter(lr.length - 1)
    return { 'validation/loss': value, 'validation/accuracy': value }
  }
  const validates = /function train\(model, batches, validate/.test(code)
  await train(model, batches(), ...(validates ? [validate] : []), optimizer)
  return { lr, momentum, model }
}

describe('code for TensorFlow.js, executed by it', () => {
  // What decides there is a training loss of its own, which functions.test.ts feeds by hand.
  const cases = CASES.filter(({ id }) => id !== 'plateau of the training loss')
  it.each(cases)('$id: its optimizer has our rate and momentum at every update', async ({ subject }) => {
    const { lr, momentum } = await played(exportCode(subject, 'tfjs').code)
    const ours = ourRates(subject)
    expect(largestOff(lr, ours.lr)).toBeLessThanOrEqual(1e-6)
    expect(largestOff(momentum, ours.momentum)).toBeLessThanOrEqual(1e-6)
  })

  it('moves the momentum that updates use: the first two steps of SGD are those of the formula', async () => {
    const subject = subjectOf({ kind: 'one-cycle', maxLr: 0.4 }, 2)
    const start = tinyModel()
    const { lr, momentum } = ourRates(subject)
    const gradientAt = (kernel: tf.Tensor, bias: tf.Tensor) =>
      tf.grads((k: tf.Tensor, b: tf.Tensor) => {
        const { xs, ys } = batches().next().value!
        const outputs = tf.add(tf.matMul(xs, k as tf.Tensor2D), b)
        return tf.losses.softmaxCrossEntropy(tf.oneHot(ys, 3), outputs) as tf.Scalar
      })([kernel, bias])
    let [k, b]: tf.Tensor[] = [start.kernel, start.bias]
    let velocity: tf.Tensor[] = [tf.zerosLike(k!), tf.zerosLike(b!)]
    for (let t = 0; t < 2; t++) {
      const gradients = gradientAt(k!, b!)
      velocity = velocity.map((v, i) => tf.add(tf.mul(v, momentum[t]!), gradients[i]!))
      k = tf.sub(k!, tf.mul(lr[t]!, velocity[0]!))
      b = tf.sub(b!, tf.mul(lr[t]!, velocity[1]!))
    }
    const { model } = await played(exportCode(subject, 'tfjs').code)
    const wanted = [...k!.dataSync()]
    ;[...model.kernel.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 6))
  })

  it('clips by the norm of all gradients together, and decays weights but no biases', async () => {
    const clipped = subjectOf({ kind: 'constant', lr: 0.5 }, 1, 'nesterov', { clip: { norm: 1e-9 } })
    const { model } = await played(exportCode(clipped, 'tfjs').code)
    // Of the step only the decay is left; Nesterov's first one is 1 + momentum times the gradient.
    const left = [...tinyModel().kernel.dataSync()].map((value) => value * (1 - 0.5 * 0.0005 * 1.9))
    ;[...model.kernel.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(left[i]!, 6))
    expect(Math.max(...[...model.bias.dataSync()].map(Math.abs))).toBeLessThan(1e-8)
  })

  it('takes the decay of AdamW off the weights, times the rate', async () => {
    const still = subjectOf({ kind: 'constant', lr: 0.5 }, 1, 'adamw', { clip: { value: 1e-30 } })
    const { model } = await played(exportCode(still, 'tfjs').code)
    const left = [...tinyModel().kernel.dataSync()].map((value) => value * (1 - 0.5 * 0.05))
    ;[...model.kernel.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(left[i]!, 6))
  })
})
