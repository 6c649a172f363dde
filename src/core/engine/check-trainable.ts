import type { RunSpec } from '../domain/spec/run-spec'
import { describeEngine } from './backends/resolve'

/**
 * Checks what a valid spec needs from this machine before anything is written: the dataset's files are whole, and the
 * engine is there. Generated data needs no files.
 *
 * @throws AppError `dataset.missing`, `dataset.invalid`, `file.unreadable`, `spec.invalid`, `engine.unavailable`
 */
export async function checkTrainable({ dataset, engine }: RunSpec): Promise<void> {
  await describeEngine(engine)
  if (dataset.kind !== 'mnist' && dataset.kind !== 'idx') return
  const { loadDataset } = await import('./datasets/load-dataset')
  await loadDataset(dataset)
}
