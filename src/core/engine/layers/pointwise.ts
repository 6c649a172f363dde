import type { Layer, LayerContext } from './layer'

export const relu = ({ shape }: LayerContext): Layer => ({
  kind: 'relu',
  shape,
  parameters: [],
  forward({ ops, tape }, x) {
    const y = ops.relu(x.tensor)
    return tape.record(y, [x], (dy) => [ops.reluGradient(dy, y)])
  },
})

export const tanh = ({ shape }: LayerContext): Layer => ({
  kind: 'tanh',
  shape,
  parameters: [],
  forward({ ops, tape }, x) {
    const y = ops.tanh(x.tensor)
    return tape.record(y, [x], (dy) => [ops.tanhGradient(dy, y)])
  },
})

/** Any shape to a vector, row by row. */
export const flatten = ({ shape }: LayerContext): Layer => ({
  kind: 'flatten',
  shape: [shape.reduce((product, n) => product * n, 1)],
  parameters: [],
  forward({ ops, tape }, x) {
    const from = x.tensor.shape
    const samples = from[0]!
    const y = ops.reshape(x.tensor, [samples, from.slice(1).reduce((product, n) => product * n, 1)])
    return tape.record(y, [x], (dy) => [ops.reshape(dy, from)])
  },
})
