import type { Dataset } from '../datasets/dataset'
import { type Learner, lossOf } from './update-step'

/** Samples at once: large enough for the kernels, small enough for the caches. */
const EVALUATION_BATCH = 100

/**
 * Mean loss and accuracy over the validation part, with running statistics.
 * @param between awaited between batches, so that a long evaluation neither blocks messages nor a stop; true gives up
 * @returns null where it was given up
 */
export async function evaluate(
  learner: Learner,
  dataset: Dataset,
  between: () => Promise<boolean>,
): Promise<{ loss: number; accuracy: number } | null> {
  const { ops, model, shape } = learner
  const samples = dataset.summary.validation
  let loss = 0
  let correct = 0
  for (let from = 0; from < samples; from += EVALUATION_BATCH) {
    if (await between()) return null
    const count = Math.min(EVALUATION_BATCH, samples - from)
    const batch = dataset.batch(
      'validation',
      Uint32Array.from({ length: count }, (_, i) => from + i),
    )
    ops.scope(() => {
      const outputs = model.infer(ops.upload(batch.inputs, [count, ...shape]))
      const result = lossOf(learner, outputs, batch, false)
      loss += result.loss * count
      correct += result.correct
    })
  }
  return { loss: loss / samples, accuracy: correct / samples }
}
