import { outputsOf } from '../../domain/run'
import type { DatasetSpec } from '../../domain/spec/datasets'
import { checkCsv } from './csv/load-csv'
import { checkImageFolder } from './images/load-image-folder'
import type { DatasetForm } from './dataset'
import { loadDataset } from './load-dataset'

/**
 * Checks a dataset before a run is stored, without the work that only training needs: no image is decoded, of generated
 * data a little is made, of a large table the beginning is read.
 *
 * @returns null where only training will know
 * @throws AppError as {@link loadDataset} does
 */
export async function checkDataset(spec: DatasetSpec): Promise<DatasetForm | null> {
  if (spec.kind === 'csv') return checkCsv(spec)
  if (spec.kind === 'image-folder') return checkImageFolder(spec)
  const little = 'seed' in spec && 'train' in spec ? { ...spec, train: 10, validation: 10 } : spec
  const { summary } = await loadDataset(little)
  return { shape: summary.shape, outputs: outputsOf(summary) }
}
