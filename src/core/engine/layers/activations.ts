import type { Ops, Tensor } from '../ops/ops'
import type { Layer, LayerContext } from './layer'

/** Output and gradient of a function of each value. */
interface Activation {
  apply(ops: Ops, x: Tensor): Tensor
  gradient(ops: Ops, dy: Tensor, x: Tensor, y: Tensor): Tensor
}

const activation =
  (kind: string, { apply, gradient }: Activation) =>
  ({ shape }: LayerContext): Layer => ({
    kind,
    shape,
    parameters: [],
    forward({ ops, tape }, x) {
      const y = apply(ops, x.tensor)
      return tape.record(y, [x], (dy) => [gradient(ops, dy, x.tensor, y)])
    },
  })

export const relu = activation('relu', {
  apply: (ops, x) => ops.relu(x),
  gradient: (ops, dy, _, y) => ops.reluGradient(dy, y),
})

/** x where it is above 0, slope · x elsewhere. */
export const leakyRelu = (context: LayerContext, slope: number): Layer =>
  activation('leaky-relu', {
    apply: (ops, x) => ops.leakyRelu(x, slope),
    gradient: (ops, dy, x) => ops.leakyReluGradient(dy, x, slope),
  })(context)

/** x where it is above 0, exp(x) − 1 elsewhere. @see Clevert et al., arXiv 1511.07289 */
export const elu = activation('elu', {
  apply: (ops, x) => ops.elu(x),
  gradient: (ops, dy, _, y) => ops.eluGradient(dy, y),
})

/** x · Φ(x) with the normal distribution Φ itself, not its tanh approximation. @see Hendrycks & Gimpel, arXiv 1606.08415 */
export const gelu = activation('gelu', {
  apply: (ops, x) => ops.gelu(x),
  gradient: (ops, dy, x) => ops.geluGradient(dy, x),
})

export const sigmoid = activation('sigmoid', {
  apply: (ops, x) => ops.sigmoid(x),
  gradient: (ops, dy, _, y) => ops.sigmoidGradient(dy, y),
})

export const tanh = activation('tanh', {
  apply: (ops, x) => ops.tanh(x),
  gradient: (ops, dy, _, y) => ops.tanhGradient(dy, y),
})
