import type { DatasetSpec } from '../domain/spec/datasets'
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
  const { loadDataset } = await import('./datasets/load-dataset')
  const { checkModel } = await import('./layers/build-model')
  const { summary } = await loadDataset(withFewSamples(dataset))
  checkModel(model, summary.shape, summary.classes)
}

/** Generated data has the same shape however much of it there is; a little is made at once. */
const withFewSamples = (dataset: DatasetSpec): DatasetSpec =>
  'seed' in dataset && 'train' in dataset ? { ...dataset, train: 10, validation: 10 } : dataset
