import * as v from 'valibot'
import { atLeastZero, count, flag, integer, text } from './fields'

/** Standardise inputs with the mean and standard deviation of the training part. */
const standardize = () => v.optional(flag(), true)

export const MnistSpec = v.strictObject({
  kind: v.literal('mnist'),
  train: v.optional(count(60000), 60000),
  validation: v.optional(count(10000), 10000),
  standardize: standardize(),
})

/** Images and labels in IDX files of the user's own; the last `validation` of them are held out. */
export const IdxSpec = v.strictObject({
  kind: v.literal('idx'),
  images: text(4096, 1),
  labels: text(4096, 1),
  validation: v.optional(count(), 1000),
  standardize: standardize(),
})

/** Interleaved spirals in the plane. */
export const SpiralsSpec = v.strictObject({
  kind: v.literal('spirals'),
  train: v.optional(count(1_000_000), 4000),
  validation: v.optional(count(1_000_000), 1000),
  classes: v.optional(integer('from 2 to 10', 2, 10), 3),
  noise: v.optional(atLeastZero(), 0.1),
  seed: v.optional(integer('from 0 to 4294967295', 0, 4294967295), 0),
  standardize: standardize(),
})

/** Procedural 8×8 characters, shifted, thickened and noisy. */
export const GlyphsSpec = v.strictObject({
  kind: v.literal('glyphs'),
  train: v.optional(count(1_000_000), 8000),
  validation: v.optional(count(1_000_000), 2000),
  classes: v.optional(integer('from 2 to 10', 2, 10), 10),
  noise: v.optional(atLeastZero(), 0.3),
  seed: v.optional(integer('from 0 to 4294967295', 0, 4294967295), 0),
  standardize: standardize(),
})

export const DatasetSpec = v.variant('kind', [MnistSpec, IdxSpec, SpiralsSpec, GlyphsSpec])
export type DatasetSpec = v.InferOutput<typeof DatasetSpec>
export type DatasetKind = DatasetSpec['kind']
