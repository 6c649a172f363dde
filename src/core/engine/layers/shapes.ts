import type { Layer, LayerContext } from './layer'

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)

const reshaped = (kind: string, shape: readonly number[]): Layer => ({
  kind,
  shape,
  parameters: [],
  forward({ ops, tape }, x) {
    const from = x.tensor.shape
    return tape.record(ops.reshape(x.tensor, [from[0]!, ...shape]), [x], (dy) => [ops.reshape(dy, from)])
  },
})

/** Any shape to a vector, row by row. */
export const flatten = ({ shape }: LayerContext): Layer => reshaped('flatten', [sizeOf(shape)])

/** The same values, row by row, in another shape of the same size. */
export function reshape(context: LayerContext, shape: readonly number[]): Layer {
  if (sizeOf(shape) !== sizeOf(context.shape))
    context.refuse(`a shape of ${sizeOf(shape)} values to make [${shape.join(', ')}] of`)
  return reshaped('reshape', shape)
}
