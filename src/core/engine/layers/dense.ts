import type { LayerSpec } from '../../domain/spec/layers'
import type { Layer, LayerContext } from './layer'

/** y = x · w + b on vectors; the weights are inputs × units. */
export function dense(context: LayerContext, spec: Extract<LayerSpec, { kind: 'dense' }>): Layer {
  const { units, initializer } = spec
  const [inputs] = context.shape
  if (context.shape.length !== 1 || inputs === undefined)
    context.refuse('a vector: put a flatten or global-average-pool layer before it')
  const weight = context.weights('weight', [inputs, units], inputs, units, initializer)
  const bias = spec.bias ? context.vector('bias', units, 0) : null
  return {
    kind: 'dense',
    shape: [units],
    parameters: bias ? [weight, bias] : [weight],
    forward({ ops, tape }, x) {
      const product = ops.matMul(x.tensor, weight.tensor)
      const y = bias ? ops.addBias(product, bias.tensor) : product
      return tape.record(y, bias ? [x, weight, bias] : [x, weight], (dy) => [
        x.needsGradient ? ops.matMul(dy, weight.tensor, { b: true }) : null,
        ops.matMul(x.tensor, dy, { a: true }),
        bias && ops.biasGradient(dy),
      ])
    },
  }
}
