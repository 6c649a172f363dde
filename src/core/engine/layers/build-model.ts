import { createRng, type Rng } from '../../domain/rng'
import { MODEL_INPUT } from '../../domain/spec/layer-graph'
import type { ModelSpec } from '../../domain/spec/models'
import { rngState, type StateEntry, tensorState } from '../checkpoints/state'
import type { Ops, Tensor } from '../ops/ops'
import { type Node, type Parameter, Tape } from '../tape'
import { buildLayer } from './build-layer'
import type { Layer } from './layer'
import { layerContext, type MakeTensor } from './layer-context'
import { layerList } from './layer-list'

export interface Model {
  readonly layers: readonly Layer[]
  readonly parameters: readonly Parameter[]
  readonly parameterCount: number
  /** A training pass over a batch; the tape gives the gradients. */
  train(x: Tensor): { outputs: Node; tape: Tape }
  /** Outputs of a batch with running statistics. */
  infer(x: Tensor): Tensor
  /** Everything that training changes, for checkpoints. */
  state(): StateEntry[]
  dispose(): void
}

/** Layers with their connections, and the number of their weights. */
function buildLayers(spec: ModelSpec, shape: readonly number[], classes: number, rng: Rng, make: MakeTensor) {
  const list = layerList(spec, classes)
  const count = { total: 0 }
  const layers: Layer[] = []
  for (const [index, layer] of list.specs.entries()) {
    const shapes = list.inputs[index]!.map((from) => (from === MODEL_INPUT ? shape : layers[from]!.shape))
    layers.push(buildLayer(layerContext(list, index, shapes, rng, make, count), layer))
  }
  return { layers, inputs: list.inputs, parameterCount: count.total }
}

/**
 * Do the layers of a model fit together, for inputs of a shape? Makes no tensor.
 *
 * @param shape of one input, channels last
 * @returns number of weights
 * @throws AppError `spec.invalid` where a layer does not fit the shapes that reach it
 */
export const checkModel = (spec: ModelSpec, shape: readonly number[], classes: number): number =>
  buildLayers(spec, shape, classes, createRng(0), (of) => ({ shape: of })).parameterCount

/**
 * Builds a model for inputs of a shape. Weights are drawn as their layer says; else those before a ReLU or its like as
 * He et al. do, those of the output as PyTorch does, others as Glorot & Bengio.
 *
 * @param shape of one input, channels last
 * @param rng where the weights are drawn from; each layer has its own branch
 * @throws AppError `spec.invalid` where a layer does not fit the shapes that reach it
 */
export function buildModel(ops: Ops, spec: ModelSpec, shape: readonly number[], classes: number, rng: Rng): Model {
  // A model that does not fit is found before anything is made that would have to be freed again.
  checkModel(spec, shape, classes)
  const { layers, inputs, parameterCount } = buildLayers(spec, shape, classes, rng, (of, values) =>
    ops.upload(values(), of),
  )
  const forward = (x: Tensor, training: boolean) => {
    const tape = new Tape(ops)
    const start: Node = { tensor: x, needsGradient: false }
    const outputs: Node[] = []
    layers.forEach((layer, index) => {
      const [first, ...more] = inputs[index]!.map((from) => (from === MODEL_INPUT ? start : outputs[from]!))
      outputs.push(layer.forward({ ops, tape, training }, first!, ...more))
    })
    return { outputs: outputs.at(-1)!, tape }
  }
  return {
    layers,
    parameters: layers.flatMap((layer) => layer.parameters),
    parameterCount,
    train: (x) => forward(x, true),
    infer: (x) => forward(x, false).outputs.tensor,
    state: () => layers.flatMap((layer, index) => stateOf(ops, layer, index)),
    dispose() {
      for (const layer of layers)
        for (const { tensor } of [...layer.parameters, ...Object.values(layer.state ?? {})]) ops.dispose(tensor)
    },
  }
}

function stateOf(ops: Ops, layer: Layer, index: number): StateEntry[] {
  const name = (of: string) => `${index}/${layer.kind}/${of}`
  return [
    ...layer.parameters.map((parameter) => tensorState(ops, parameter.name, parameter)),
    ...Object.entries(layer.state ?? {}).map(([of, holder]) => tensorState(ops, name(of), holder)),
    ...(layer.random ? [rngState(name('random'), layer.random)] : []),
  ]
}
