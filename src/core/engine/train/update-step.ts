import type { RunSpec } from '../../domain/spec/run-spec'
import type { Batch } from '../datasets/dataset'
import type { Model } from '../layers/build-model'
import type { Ops } from '../ops/ops'
import type { Optimizer } from '../optimizers/optimizer'

/** What training a model takes. */
export interface Learner {
  ops: Ops
  model: Model
  optimizer: Optimizer
  /** Shape of one input. */
  shape: readonly number[]
  loss: RunSpec['loss']
  /** Largest norm of the gradient; Infinity clips nothing. */
  clipNorm: number
}

export interface UpdateOutcome {
  /** Mean loss and accuracy of the batch before the update. */
  loss: number
  accuracy: number
  /** Norm of all gradients together, before clipping and without weight decay; NaN where the loss is not finite. */
  gradientNorm: number
  /** ‖Δw‖ / ‖w‖ over all parameters, ‖w‖ before the update; null where not asked for. */
  updateRatio: number | null
  /** Loss or gradient is not finite: the weights were left as they were. */
  diverged: boolean
}

export const lossOf = ({ ops, loss }: Learner) => (loss === 'cross-entropy' ? ops.crossEntropy : ops.meanSquaredError)

/** One update: forward, loss, backward, clip, optimizer. All of its tensors but the new weights are freed. */
export function updateStep(
  learner: Learner,
  batch: Batch,
  rates: { lr: number; momentum: number },
  measureRatio: boolean,
): UpdateOutcome {
  const { ops, model, optimizer, shape, clipNorm } = learner
  return ops.scope(() => {
    const samples = batch.labels.length
    const inputs = ops.upload(batch.inputs, [samples, ...shape])
    const { outputs, tape } = model.train(inputs)
    const { loss, correct, gradient } = lossOf(learner)(outputs.tensor, ops.uploadLabels(batch.labels), true)
    const outcome: UpdateOutcome = {
      loss,
      accuracy: correct / samples,
      gradientNorm: NaN,
      updateRatio: null,
      diverged: true,
    }
    if (!Number.isFinite(loss)) return outcome
    tape.backward(outputs, gradient!)
    const gradients = model.parameters.map((parameter) => tape.gradientOf(parameter)!)
    outcome.gradientNorm = Math.sqrt(ops.sumOfSquares(gradients))
    if (!Number.isFinite(outcome.gradientNorm)) return outcome
    // The small number is PyTorch's (clip_grad_norm_), for equal results.
    const gradientScale = Math.min(1, clipNorm / (outcome.gradientNorm + 1e-6))
    const before = optimizer.update(gradients, { ...rates, gradientScale })
    if (measureRatio) {
      const after = model.parameters.map((parameter) => parameter.tensor)
      outcome.updateRatio = Math.sqrt(ops.sumOfSquaredDifferences(after, before) / ops.sumOfSquares(before))
    }
    before.forEach((tensor) => ops.dispose(tensor))
    return { ...outcome, diverged: false }
  })
}
