import type { ClipSpec } from '../../domain/spec/optimizers'
import type { RunSpec } from '../../domain/spec/run-spec'
import type { Batch } from '../datasets/batch'
import type { Model } from '../layers/build-model'
import type { LossResult, Ops, Tensor } from '../ops/ops'
import type { Optimizer } from '../optimizers/optimizer'

/** What training a model takes. */
export interface Learner {
  ops: Ops
  model: Model
  optimizer: Optimizer
  /** Shape of one input. */
  shape: readonly number[]
  loss: RunSpec['loss']
  /** Of cross-entropy, in training and evaluation; 0 where absent. */
  labelSmoothing?: number
  clip?: ClipSpec
  /** Whether every update's gradient is measured; what clips by norm measures it in any case. */
  gradientNorm: boolean
}

export interface UpdateOutcome {
  /** Mean loss and accuracy of the batch before the update. */
  loss: number
  accuracy: number
  /**
   * Norm of all gradients together, before clipping and without weight decay; NaN where the loss is not finite or nobody
   * asked.
   */
  gradientNorm: number
  /** Share of the norm that clipping left: 1 where it changed nothing; NaN where the gradient is not finite. */
  clipScale: number
  /** ‖Δw‖ / ‖w‖ over all parameters, ‖w‖ before the update; null where not asked for. */
  updateRatio: number | null
  /**
   * Loss or gradient is not finite: the weights were left as they were. Where the gradient is not measured only the next
   * loss tells.
   */
  diverged: boolean
}

/** The run's loss of the outputs for a batch. */
export function lossOf(
  { ops, loss, labelSmoothing }: Learner,
  outputs: Tensor,
  { labels, targets }: Batch,
  withGradient: boolean,
): LossResult {
  if (targets) return ops.squaredError(outputs, ops.upload(targets, outputs.shape), withGradient)
  const uploaded = ops.uploadLabels(labels)
  return loss === 'cross-entropy'
    ? ops.crossEntropy(outputs, uploaded, withGradient, labelSmoothing)
    : ops.meanSquaredError(outputs, uploaded, withGradient)
}

/** One update: forward, loss, backward, clip, optimizer. All of its tensors but the new weights are freed. */
export function updateStep(
  learner: Learner,
  batch: Batch,
  rates: { lr: number; momentum: number },
  measureRatio: boolean,
): UpdateOutcome {
  const { ops, model, optimizer, shape } = learner
  return ops.scope(() => {
    const samples = batch.labels.length
    const inputs = ops.upload(batch.inputs, [samples, ...shape])
    const { outputs, tape } = model.train(inputs)
    const { loss, correct, gradient } = lossOf(learner, outputs.tensor, batch, true)
    const outcome: UpdateOutcome = {
      loss,
      accuracy: correct / samples,
      gradientNorm: NaN,
      clipScale: NaN,
      updateRatio: null,
      diverged: true,
    }
    if (!Number.isFinite(loss)) return outcome
    tape.backward(outputs, gradient!)
    const gradients = model.parameters.map((parameter) => tape.gradientOf(parameter)!)
    const measured = learner.gradientNorm || learner.clip !== undefined
    if (measured) {
      outcome.gradientNorm = Math.sqrt(ops.sumOfSquares(gradients))
      if (!Number.isFinite(outcome.gradientNorm)) return outcome
    }
    const clipped = clip(learner, gradients, outcome.gradientNorm)
    outcome.clipScale = clipped.share
    const before = measureRatio ? weights(model).map((weight) => ops.snapshot(weight)) : []
    optimizer.update(clipped.gradients, { ...rates, gradientScale: clipped.factor })
    if (measureRatio)
      outcome.updateRatio = Math.sqrt(ops.sumOfSquaredDifferences(weights(model), before) / ops.sumOfSquares(before))
    return { ...outcome, diverged: false }
  })
}

const weights = ({ parameters }: Model): Tensor[] => parameters.map(({ tensor }) => tensor)

/** Clips as PyTorch's clip_grad_norm_ (with its small number) and clip_grad_value_ do. */
function clip({ ops, clip }: Learner, gradients: readonly Tensor[], norm: number) {
  if (!clip) return { gradients, factor: 1, share: 1 }
  if ('norm' in clip) {
    const factor = Math.min(1, clip.norm / (norm + 1e-6))
    return { gradients, factor, share: factor }
  }
  const clipped = gradients.map((gradient) => ops.clip(gradient, clip.value))
  return { gradients: clipped, factor: 1, share: norm === 0 ? 1 : Math.sqrt(ops.sumOfSquares(clipped)) / norm }
}
