import * as v from 'valibot'
import { choice } from './fields'
import { graphProblems } from './layer-graph'
import { LayerSpec } from './layers'
import { PRESETS } from './presets'
import type { Problem } from './problems'

export { type LayerInput, LayerSpec } from './layers'
export { type Preset, PRESET_LAYERS, PRESETS } from './presets'

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

/** What is wrong with how the layers of a model are connected. */
export const modelProblems = (model: ModelSpec): Problem[] => ('layers' in model ? graphProblems(model.layers) : [])
