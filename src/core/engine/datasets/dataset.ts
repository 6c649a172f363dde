import type { DatasetSummary } from '../../domain/run'

export type Part = 'train' | 'validation'

/** Samples as the model takes them: inputs one after the other, and a class number each. */
export interface Batch {
  inputs: Float32Array
  labels: Int32Array
}

/** Labelled samples in two parts. Samples are made ready batch by batch, so that the source is held once, as it is. */
export interface Dataset {
  readonly summary: DatasetSummary
  /** @param indices samples of the part, from 0 */
  batch(part: Part, indices: ArrayLike<number>): Batch
}

/** Mean and standard deviation that inputs are standardised with; a constant input keeps the scale 1. */
export interface Standard {
  mean: number
  std: number
}

export const scaleOf = ({ std }: Standard): number => (std > 0 ? std : 1)
