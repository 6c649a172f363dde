import type { DatasetSummary } from '../../domain/run'
import type { Batch } from './batch'
import type { Dataset, Part } from './dataset'
import { datasetFrom } from './dataset-from'
import type { FloatSource } from './fill-floats'
import { shared } from './source'

/** A dataset over floats that are given out as they are. */
export function floatDataset(
  { train, validation }: Record<Part, Batch>,
  about: Omit<DatasetSummary, 'train' | 'validation'>,
): Dataset {
  const size = about.shape.reduce((product, n) => product * n, 1)
  const source = (part: Batch): FloatSource => ({ form: 'floats', size, ...part })
  return datasetFrom(
    { ...about, train: train.labels.length, validation: validation.labels.length },
    { train: source({ ...train, inputs: shared(train.inputs) }), validation: source(validation) },
  )
}
