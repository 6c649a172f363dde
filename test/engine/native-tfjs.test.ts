import { beforeAll, describe, expect, it } from 'vitest'
import type { Runtime } from '../../src/core/engine/backends/native/runtime'
import { startNative } from '../../src/core/engine/backends/native/start-native'
import { createTfjsNodeBinding, registerTfjsNode } from '../../src/core/engine/backends/native/tfjs-node-binding'
import { NO_NATIVE, THREADS } from './native-library'

type Tfjs = typeof import('@tensorflow/tfjs')

describe.skipIf(NO_NATIVE)(`TensorFlow.js on our binding ${NO_NATIVE}`, () => {
  let tf: Tfjs
  let runtime: Runtime
  beforeAll(async () => {
    runtime = (await startNative(THREADS)).runtime
    tf = await registerTfjsNode(runtime)
  })

  it('computes with TensorFlow’s kernels, whatever goes in', () => {
    tf.tidy(() => {
      const a = tf.tensor2d([1, 2, 3, 4], [2, 2])
      expect([...a.matMul(a, true).dataSync()]).toEqual([10, 14, 14, 20])
      expect([...a.greater(2).dataSync()]).toEqual([0, 0, 1, 1])
      expect([...a.argMax(1).dataSync()]).toEqual([1, 1])
      expect([...tf.tensor1d([true, false], 'bool').logicalNot().dataSync()]).toEqual([0, 1])
      expect([...a.transpose().reshape([4]).dataSync()]).toEqual([1, 3, 2, 4])
      expect([...tf.split(a, 2)[1]!.dataSync()]).toEqual([3, 4])
      expect(
        tf.pad(a, [
          [1, 0],
          [0, 2],
        ]).shape,
      ).toEqual([3, 4])
    })
    expect(tf.getBackend()).toBe('tensorflow')
  })

  it('fits a network of its layers: convolution, batch norm, Adam; no tensor is left', async () => {
    const seeded = (seed: number) => tf.initializers.heNormal({ seed })
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({
          inputShape: [8, 8, 1],
          filters: 8,
          kernelSize: 3,
          padding: 'same',
          kernelInitializer: seeded(1),
        }),
        tf.layers.batchNormalization(),
        tf.layers.reLU(),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 4, activation: 'softmax', kernelInitializer: seeded(2) }),
      ],
    })
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
    const inputs = tf.randomNormal([128, 8, 8, 1], 0, 1, 'float32', 3)
    const labels = tf.oneHot(
      tf.tensor1d(
        Array.from({ length: 128 }, (_, i) => i % 4),
        'int32',
      ),
      4,
    )
    const fit = () => model.fit(inputs, labels, { epochs: 4, batchSize: 32, verbose: 0, shuffle: false })
    const losses = (await fit()).history.loss as number[]
    const held = [runtime.liveTensors, tf.memory().numTensors]
    losses.push(...((await fit()).history.loss as number[]))
    expect(losses).toHaveLength(8)
    losses.reduce((before, loss) => {
      expect(loss).toBeLessThan(before)
      return loss
    })
    expect(losses.at(-1)!).toBeLessThan(0.6 * losses[0]!)
    expect([runtime.liveTensors, tf.memory().numTensors]).toEqual(held)
  })

  it('has the gradients of our own operations', async () => {
    const { ops } = await startNative(THREADS)
    const { windowGeometry } = await import('../../src/core/engine/ops/geometry')
    const geometry = windowGeometry([5, 6, 2], 3, 2, 'same')!
    const x = Float32Array.from({ length: 2 * 5 * 6 * 2 }, (_, i) => Math.sin(i))
    const filter = Float32Array.from({ length: 3 * 3 * 2 * 3 }, (_, i) => Math.cos(i))
    const theirs = tf.tidy(() => {
      const f = (at: import('@tensorflow/tfjs').Tensor) =>
        tf.conv2d(tf.tensor4d(x, [2, 5, 6, 2]), at as import('@tensorflow/tfjs').Tensor4D, 2, 'same').sum()
      return tf
        .grad(f)(tf.tensor4d(filter, [3, 3, 2, 3]))
        .dataSync()
    })
    const ours = ops.scope(() => {
      const cells = 2 * geometry.outHeight * geometry.outWidth * 3
      const dy = ops.upload(new Float32Array(cells).fill(1), [2, geometry.outHeight, geometry.outWidth, 3])
      return ops.download(ops.conv2dFilterGradient(dy, ops.upload(x, [2, 5, 6, 2]), geometry))
    })
    ours.forEach((value, i) => expect(value).toBeCloseTo(theirs[i]!, 5))
  })

  it('refuses strings, and tensors that are gone', () => {
    const binding = createTfjsNodeBinding(runtime)
    expect(() => binding.createTensor([1], 7, ['text'] as never)).toThrow(/data type 7/)
    const id = binding.createTensor([2], 1, [1, 2])
    expect([...(binding.tensorDataSync(id) as Float32Array)]).toEqual([1, 2])
    binding.deleteTensor(id)
    expect(() => binding.tensorDataSync(id)).toThrow(/not there/)
    expect(() => binding.deleteTensor(id)).toThrow(/not there/)
    expect(binding.getNumOfTensors()).toBe(0)
  })

  it('takes 64-bit integers as the pairs that TensorFlow.js makes of them', () => {
    const binding = createTfjsNodeBinding(runtime)
    const id = binding.createTensor([], 9, Int32Array.of(-2, -1))
    expect([...(binding.tensorDataSync(id) as BigInt64Array)]).toEqual([-2n])
    binding.deleteTensor(id)
  })
})
