import * as v from 'valibot'
import { atLeastZero, choice, count, flag, fraction, integer, text } from './fields'

const MAX_SAMPLES = 1_000_000
const MAX_SEED = 4294967295

/** Standardise inputs with the mean and standard deviation of the training part. */
const standardize = () => v.optional(flag(), true)
const path = () => text(4096, 1)
const samples = (of: number) => v.optional(count(MAX_SAMPLES), of)
const seed = () => v.optional(integer(`from 0 to ${MAX_SEED}`, 0, MAX_SEED), 0)
/** Share of the samples that is held out, drawn by `seed`. */
const validationShare = () => v.optional(fraction(), 0.2)

/** Random changes of each training image, drawn by the run's seed: moved by up to `shift` pixels, mirrored one time in two. */
const augment = () =>
  v.optional(
    v.strictObject({
      shift: v.optional(integer('from 0 to 64', 0, 64), 0),
      flip: v.optional(flag(), false),
    }),
  )
export type Augment = NonNullable<v.InferOutput<ReturnType<typeof augment>>>

export const MnistSpec = v.strictObject({
  kind: v.literal('mnist'),
  train: v.optional(count(60000), 60000),
  validation: v.optional(count(10000), 10000),
  standardize: standardize(),
  augment: augment(),
})

/** MNIST's format and sizes, with clothes; `folder` where it is not that of Debian's package. */
export const FashionMnistSpec = v.strictObject({
  kind: v.literal('fashion-mnist'),
  folder: v.optional(path()),
  train: v.optional(count(60000), 60000),
  validation: v.optional(count(10000), 10000),
  standardize: standardize(),
  augment: augment(),
})

/** Images and labels in IDX files of the user's own; the last `validation` of them are held out. */
export const IdxSpec = v.strictObject({
  kind: v.literal('idx'),
  images: path(),
  labels: path(),
  validation: v.optional(count(), 1000),
  standardize: standardize(),
  augment: augment(),
})

/** Images in one folder a class, brought to one size. */
export const ImageFolderSpec = v.strictObject({
  kind: v.literal('image-folder'),
  path: path(),
  size: v.optional(integer('from 1 to 512', 1, 512), 32),
  grayscale: v.optional(flag(), false),
  /** Leave out files that cannot be read as images, in place of stopping with their list. */
  skipBroken: v.optional(flag(), false),
  validationShare: validationShare(),
  seed: seed(),
  standardize: standardize(),
  augment: augment(),
})

/** Rows of a table in a text file; one column is learned from others. */
export const CsvSpec = v.strictObject({
  kind: v.literal('csv'),
  path: path(),
  /** The column to learn, by its name or, without a header, by its number from 1. */
  target: text(1024, 1),
  /** The columns to learn from; absent: all others. */
  features: v.optional(v.pipe(v.array(text(1024, 1)), v.minLength(1, 'must name at least one column'))),
  task: v.optional(choice(['classification', 'regression']), 'classification'),
  /** Columns of numbers that are names of categories. */
  categorical: v.optional(v.array(text(1024, 1)), []),
  header: v.optional(flag(), true),
  /** Absent: found out from the first line. */
  separator: v.optional(choice([',', ';', '\t', '|'])),
  /** What to do with empty cells of features: stop, leave the row out, or take the mean (of categories: a class of its own). */
  missing: v.optional(choice(['error', 'drop', 'mean']), 'error'),
  validationShare: validationShare(),
  seed: seed(),
  standardize: standardize(),
  /** Bring targets of a regression to mean 0 and standard deviation 1, so that losses are shares of their variance. */
  standardizeTarget: v.optional(flag(), true),
})

/** Interleaved spirals in the plane. */
export const SpiralsSpec = v.strictObject({
  kind: v.literal('spirals'),
  train: samples(4000),
  validation: samples(1000),
  classes: v.optional(integer('from 2 to 10', 2, 10), 3),
  noise: v.optional(atLeastZero(), 0.1),
  seed: seed(),
  standardize: standardize(),
})

/** Procedural 8×8 characters, shifted, thickened and noisy. */
export const GlyphsSpec = v.strictObject({
  kind: v.literal('glyphs'),
  train: samples(8000),
  validation: samples(2000),
  classes: v.optional(integer('from 2 to 10', 2, 10), 10),
  noise: v.optional(atLeastZero(), 0.3),
  seed: seed(),
  standardize: standardize(),
  augment: augment(),
})

/** Regression onto the outputs of a random network with one hidden layer. */
export const TeacherStudentSpec = v.strictObject({
  kind: v.literal('teacher-student'),
  train: samples(4000),
  validation: samples(1000),
  inputs: v.optional(count(1024), 16),
  hidden: v.optional(count(4096), 32),
  outputs: v.optional(count(64), 1),
  /** Standard deviation of what is added to each output, whose own is 1. */
  noise: v.optional(atLeastZero(), 0.05),
  seed: seed(),
  standardize: standardize(),
})

export const DatasetSpec = v.variant('kind', [
  MnistSpec,
  FashionMnistSpec,
  CsvSpec,
  IdxSpec,
  ImageFolderSpec,
  SpiralsSpec,
  GlyphsSpec,
  TeacherStudentSpec,
])
export type DatasetSpec = v.InferOutput<typeof DatasetSpec>
export type DatasetKind = DatasetSpec['kind']
export type DatasetOf<K extends DatasetKind> = Extract<DatasetSpec, { kind: K }>

/** Learns numbers, not classes. */
export const isRegression = (dataset: DatasetSpec): boolean =>
  dataset.kind === 'teacher-student' || (dataset.kind === 'csv' && dataset.task === 'regression')

/** Fields that name files or folders of the user's own. */
const PATH_FIELDS: Partial<Record<DatasetKind, readonly string[]>> = {
  'fashion-mnist': ['folder'],
  csv: ['path'],
  idx: ['images', 'labels'],
  'image-folder': ['path'],
}

/** A dataset's spec, checked or not, with each path in it changed; whatever is no such spec comes back as it is. */
export function mapDataPaths<T>(dataset: T, change: (path: string) => string): T {
  if (typeof dataset !== 'object' || dataset === null) return dataset
  const fields = dataset as Record<string, unknown>
  const kind = typeof fields.kind === 'string' ? fields.kind : ''
  const changed = (Object.hasOwn(PATH_FIELDS, kind) ? PATH_FIELDS[kind as DatasetKind]! : []).flatMap((field) => {
    const path = fields[field]
    return typeof path === 'string' && path !== '' ? [[field, change(path)]] : []
  })
  return { ...dataset, ...Object.fromEntries(changed) }
}
