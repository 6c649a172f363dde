import { AppError } from '../../domain/errors'
import type { Rng } from '../../domain/rng'
import type { DatasetSummary } from '../../domain/run'
import type { Batch } from './batch'
import type { Source } from './source'

export type Part = 'train' | 'validation'

/** Samples in two parts. They are made ready batch by batch, so that the source is held once, as it is. */
export interface Dataset {
  readonly summary: DatasetSummary
  /** What training batches are filled from, for other threads. */
  readonly source: Source
  /**
   * @param indices samples of the part, from 0
   * @param draw where the dataset's augmentation draws from; without it samples are as they are
   */
  batch(part: Part, indices: ArrayLike<number>, draw?: Rng): Batch
}

/** What a model for a dataset must take and give. */
export interface DatasetForm {
  /** Shape of one input, channels last. */
  shape: readonly number[]
  outputs: number
}

/** Mean and standard deviation that values are standardised with; a constant value keeps the scale 1. */
export interface Standard {
  mean: number
  std: number
}

export const scaleOf = ({ std }: Standard): number => (std > 0 ? std : 1)

/** Mean and standard deviation of every `stride`-th value from `offset` on; two passes, for what has a large mean. */
export function standardOf(values: Float32Array | Float64Array, offset = 0, stride = 1): Standard {
  const count = Math.ceil((values.length - offset) / stride)
  let sum = 0
  for (let i = offset; i < values.length; i += stride) sum += values[i]!
  const mean = sum / count
  let squares = 0
  for (let i = offset; i < values.length; i += stride) squares += (values[i]! - mean) ** 2
  return { mean, std: Math.sqrt(squares / count) }
}

/** Values that a dataset may hold: 2 GiB of floats. */
const MAX_VALUES = 2 ** 29

/** @throws AppError `spec.invalid` for more values than fit; `field` is what makes them fewer */
export function checkSize(values: number, field: string): void {
  if (values <= MAX_VALUES) return
  const allowed = `at most ${MAX_VALUES} values`
  throw new AppError('spec.invalid', `${field}: the data would hold ${values} values; it may hold ${allowed}`, {
    field,
    allowed,
    got: String(values),
  })
}
