import * as v from 'valibot'
import { choice, count, flag, integer } from './fields'

const padding = () => v.optional(choice(['same', 'valid']), 'same')

/** A layer in a model's list; shapes are inferred from the dataset, channels last. */
export const LayerSpec = v.variant('kind', [
  v.strictObject({ kind: v.literal('dense'), units: count(65536), bias: v.optional(flag(), true) }),
  v.strictObject({
    kind: v.literal('conv2d'),
    filters: count(4096),
    kernel: v.optional(integer('from 1 to 15', 1, 15), 3),
    stride: v.optional(integer('from 1 to 8', 1, 8), 1),
    padding: padding(),
    bias: v.optional(flag(), true),
  }),
  v.strictObject({ kind: v.literal('batch-norm') }),
  v.strictObject({ kind: v.literal('relu') }),
  v.strictObject({ kind: v.literal('tanh') }),
  v.strictObject({
    kind: v.literal('max-pool'),
    size: v.optional(integer('from 1 to 15', 1, 15), 2),
    stride: v.optional(integer('from 1 to 15', 1, 15)),
    padding: padding(),
  }),
  v.strictObject({ kind: v.literal('global-average-pool') }),
  v.strictObject({ kind: v.literal('flatten') }),
])
export type LayerSpec = v.InferOutput<typeof LayerSpec>
export type LayerInput = v.InferInput<typeof LayerSpec>

export const PRESETS = ['mlp', 'cnn-small'] as const
export type Preset = (typeof PRESETS)[number]

/** A preset's name or a list of layers; the last dense layer to the number of classes is added where it is missing. */
export const ModelSpec = v.union(
  [
    v.strictObject({ preset: choice(PRESETS) }),
    v.strictObject({
      layers: v.pipe(
        v.array(LayerSpec),
        v.minLength(1, 'must have at least one layer'),
        v.maxLength(200, 'must have at most 200 layers'),
      ),
    }),
  ],
  `must be {"preset": ${PRESETS.map((p) => `"${p}"`).join(' or ')}} or {"layers": [...]}`,
)
export type ModelSpec = v.InferOutput<typeof ModelSpec>

/** The layers of a preset; `classes` outputs are appended as a dense layer by the engine. */
export const PRESET_LAYERS: Record<Preset, LayerInput[]> = {
  mlp: [{ kind: 'flatten' }, { kind: 'dense', units: 128 }, { kind: 'relu' }],
  'cnn-small': [16, 32]
    .flatMap((filters): LayerInput[] => [
      { kind: 'conv2d', filters, kernel: 3, bias: false },
      { kind: 'batch-norm' },
      { kind: 'relu' },
      { kind: 'max-pool', size: 2 },
    ])
    .concat({ kind: 'flatten' }),
}
