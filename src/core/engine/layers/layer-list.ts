import * as v from 'valibot'
import { layerInputs } from '../../domain/spec/layer-graph'
import { LayerSpec, type ModelSpec, PRESET_LAYERS } from '../../domain/spec/models'

/** A model's layers with their connections. */
export interface LayerList {
  /** All of them, the dense one to the number of classes included. */
  specs: readonly LayerSpec[]
  /** For each layer the numbers of those that feed it; −1 is the model's input. */
  inputs: readonly (readonly number[])[]
  /** Where a layer is in the run spec, and what it is called in messages. */
  place(index: number): { field: string; where: string }
}

/** All layers of a model, the last dense one to the number of classes added where the list does not end with it. */
export function layerList(model: ModelSpec, classes: number): LayerList {
  const preset = 'preset' in model ? model.preset : null
  const given = 'preset' in model ? PRESET_LAYERS[model.preset] : model.layers
  const layers = given.map((layer) => v.parse(LayerSpec, layer))
  const last = layers.at(-1)!
  const ends = last.kind === 'dense' && last.units === classes
  const specs = ends ? layers : [...layers, v.parse(LayerSpec, { kind: 'dense', units: classes })]
  return {
    specs,
    inputs: layerInputs(specs),
    place(index) {
      const { kind } = specs[index]!
      if (preset !== null)
        return { field: 'model.preset', where: `model.preset ${preset}: its layer ${index} (${kind})` }
      if (index < layers.length) return { field: `model.layers[${index}]`, where: `model.layers[${index}] (${kind})` }
      return {
        field: `model.layers[${layers.length - 1}]`,
        where: 'the dense layer that is added after the last of model.layers',
      }
    },
  }
}

type Kind = LayerSpec['kind']

/** What lies between weights and the activation that they are drawn for. */
const BETWEEN: ReadonlySet<Kind> = new Set([
  'batch-norm',
  'layer-norm',
  'max-pool',
  'average-pool',
  'dropout',
  'reshape',
  'flatten',
  'add',
  'concat',
])

/** The first layer after another that is not merely on the way to an activation; undefined at the model's end. */
export function follower(list: Pick<LayerList, 'specs' | 'inputs'>, index: number): Kind | undefined {
  const next = list.inputs.findIndex((from) => from.includes(index))
  if (next < 0) return undefined
  const { kind } = list.specs[next]!
  return BETWEEN.has(kind) ? follower(list, next) : kind
}
