import { loadDataset } from '../../src/core/engine/datasets/load-dataset'
import { startNative } from '../../src/core/engine/backends/native/start-native'
import { registerTfjsNode } from '../../src/core/engine/backends/native/tfjs-node-binding'
import { shuffledBatches } from '../../src/core/engine/train/batches'
import { answerQuestions } from './answer-questions'
import { MNIST } from './mnist'

/** TensorFlow.js as its users call it, layers and trainOnBatch, on tfjs-node's kernels over Anneal's binding. */
export interface TfjsTask {
  kind: 'tfjs'
  model: 'mlp' | 'cnn-small'
  optimizer: 'sgd' | 'adam'
  threads: number
}

export async function serveTfjs({ model: kind, optimizer, threads }: TfjsTask): Promise<void> {
  const tf = await registerTfjsNode((await startNative(threads)).runtime)
  const block = (filters: number, first: boolean) => [
    tf.layers.conv2d({
      filters,
      kernelSize: 3,
      padding: 'same',
      useBias: false,
      ...(first ? { inputShape: [28, 28, 1] } : {}),
    }),
    tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5 }),
    tf.layers.reLU(),
    tf.layers.maxPooling2d({ poolSize: 2 }),
  ]
  const hidden =
    kind === 'mlp'
      ? [tf.layers.flatten({ inputShape: [28, 28, 1] }), tf.layers.dense({ units: 128, activation: 'relu' })]
      : [...block(16, true), ...block(32, false), tf.layers.flatten()]
  const model = tf.sequential({ layers: [...hidden, tf.layers.dense({ units: 10, activation: 'softmax' })] })
  model.compile({
    optimizer: optimizer === 'sgd' ? tf.train.momentum(0.01, 0.9) : tf.train.adam(0.001),
    loss: 'categoricalCrossentropy',
  })
  const dataset = await loadDataset(MNIST)
  const rows = shuffledBatches(dataset.summary.train, 64, 1)
  const step = async () => {
    const { inputs, labels } = dataset.batch('train', rows.next().value)
    const x = tf.tensor4d(inputs, [labels.length, 28, 28, 1])
    const y = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, 'int32'), 10))
    const loss = await model.trainOnBatch(x, y)
    tf.dispose([x, y])
    return loss
  }
  await answerQuestions({
    async steps(count) {
      for (let i = 0; i < count; i++) await step()
      return {}
    },
  })
}
