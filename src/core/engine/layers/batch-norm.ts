import type { Layer, LayerContext } from './layer'

/** PyTorch's defaults: a tenth of each batch enters the running statistics. */
const MOMENTUM = 0.1
const EPSILON = 1e-5

/** Batch normalisation of each channel (last axis); running statistics in evaluation, as PyTorch's BatchNorm. */
export function batchNorm(context: LayerContext): Layer {
  const channels = context.shape.at(-1)!
  const scale = context.vector('scale', channels, 1)
  const shift = context.vector('shift', channels, 0)
  const mean = context.statistic(channels, 0)
  const variance = context.statistic(channels, 1)
  return {
    kind: 'batch-norm',
    shape: context.shape,
    parameters: [scale, shift],
    state: { mean, variance },
    forward({ ops, tape, training }, x) {
      const running = { mean: mean.tensor, variance: variance.tensor }
      if (!training) {
        const y = ops.batchNormInference(x.tensor, scale.tensor, shift.tensor, running, EPSILON)
        return tape.record(y, [], () => [])
      }
      const options = { epsilon: EPSILON, momentum: MOMENTUM }
      const result = ops.batchNormTraining(x.tensor, scale.tensor, shift.tensor, running, options)
      ops.dispose(running.mean)
      ops.dispose(running.variance)
      mean.tensor = ops.keep(result.running.mean)
      variance.tensor = ops.keep(result.running.variance)
      return tape.record(result.y, [x, scale, shift], (dy) => {
        const { dx, dScale, dShift } = ops.batchNormGradient(dy, scale.tensor, result.saved)
        return [dx, dScale, dShift]
      })
    },
  }
}
