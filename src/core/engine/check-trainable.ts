import type { RunSpec } from '../domain/spec/run-spec'
import { describeEngine } from './backends/resolve'

/**
 * Checks what a valid spec needs before anything is written: the engine is there, the dataset's files are whole, and the
 * layers fit its samples.
 *
 * @throws AppError `dataset.missing`, `dataset.invalid`, `file.unreadable`, `spec.invalid`, `engine.unavailable`
 */
export async function checkTrainable({ dataset, engine, model }: RunSpec): Promise<void> {
  await describeEngine(engine)
  const { checkDataset } = await import('./datasets/check-dataset')
  const { checkModel } = await import('./layers/build-model')
  const form = await checkDataset(dataset)
  if (form) checkModel(model, form.shape, form.outputs)
}
