import * as v from 'valibot'
import { AppError } from '../../domain/errors'
import type { Rng } from '../../domain/rng'
import { LayerSpec, type ModelSpec, PRESET_LAYERS } from '../../domain/spec/models'
import { rngState, type StateEntry, tensorState } from '../checkpoints/state'
import type { Ops, Tensor } from '../ops/ops'
import { type Node, type Parameter, Tape } from '../tape'
import { batchNorm } from './batch-norm'
import { conv2d } from './conv2d'
import { dense } from './dense'
import { glorotUniform, heNormal, outputUniform } from './initial-weights'
import type { Layer, LayerContext } from './layer'
import { flatten, relu, tanh } from './pointwise'
import { globalAveragePool, maxPool } from './pooling'

/** More weights than this are a typing error on the portable engines: gradient and velocity take as much again. */
const MAX_PARAMETERS = 50_000_000

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

/** All layers of a model, the last dense one to the number of classes added where the list does not end with it. */
export function layersOf(spec: ModelSpec, classes: number): LayerSpec[] {
  const given = 'preset' in spec ? PRESET_LAYERS[spec.preset] : spec.layers
  const layers = given.map((layer) => v.parse(LayerSpec, layer))
  const last = layers.at(-1)!
  if (last.kind === 'dense' && last.units === classes) return layers
  return [...layers, v.parse(LayerSpec, { kind: 'dense', units: classes })]
}

/**
 * Builds a model for inputs of a shape. Weights before a ReLU are drawn as He et al. do, those of the
 * output as PyTorch does, others as Glorot & Bengio.
 *
 * @param shape of one input, channels last
 * @param rng where the weights are drawn from; each parameter has its own branch
 * @throws AppError `spec.invalid` where a layer does not fit the shape that reaches it
 */
export function buildModel(ops: Ops, spec: ModelSpec, shape: readonly number[], classes: number, rng: Rng): Model {
  const specs = layersOf(spec, classes)
  const layers: Layer[] = []
  const dispose = () => {
    for (const layer of layers)
      for (const { tensor } of [...layer.parameters, ...Object.values(layer.state ?? {})]) ops.dispose(tensor)
  }
  let count = 0
  try {
    for (const [index, layer] of specs.entries()) {
      const input = layers.at(-1)?.shape ?? shape
      const context = layerContext(ops, spec, specs, index, input, rng, (size) => (count += size))
      layers.push(buildLayer(context, layer))
    }
  } catch (error) {
    dispose()
    throw error
  }
  const forward = (x: Tensor, training: boolean) => {
    const tape = new Tape(ops)
    const start: Node = { tensor: x, needsGradient: false }
    return { outputs: layers.reduce((node, layer) => layer.forward({ ops, tape, training }, node), start), tape }
  }
  return {
    layers,
    parameters: layers.flatMap((layer) => layer.parameters),
    parameterCount: count,
    train: (x) => forward(x, true),
    infer: (x) => forward(x, false).outputs.tensor,
    state: () => layers.flatMap((layer, index) => stateOf(ops, layer, index)),
    dispose,
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

function buildLayer(context: LayerContext, spec: LayerSpec): Layer {
  switch (spec.kind) {
    case 'dense':
      return dense(context, spec.units, spec.bias)
    case 'conv2d':
      return conv2d(context, spec)
    case 'batch-norm':
      return batchNorm(context)
    case 'relu':
      return relu(context)
    case 'tanh':
      return tanh(context)
    case 'max-pool':
      return maxPool(context, spec.size, spec.stride ?? spec.size, spec.padding)
    case 'global-average-pool':
      return globalAveragePool(context)
    case 'flatten':
      return flatten(context)
  }
}

function layerContext(
  ops: Ops,
  spec: ModelSpec,
  specs: readonly LayerSpec[],
  index: number,
  shape: readonly number[],
  rng: Rng,
  counted: (size: number) => number,
): LayerContext {
  const { kind } = specs[index]!
  const given = 'preset' in spec ? null : spec.layers.length
  const field = given === null ? 'model.preset' : `model.layers[${Math.min(index, given - 1)}]`
  const where =
    given === null
      ? `model.preset ${'preset' in spec ? spec.preset : ''}: its layer ${index} (${kind})`
      : index < given
        ? `model.layers[${index}] (${kind})`
        : 'the dense layer that is added after the last of model.layers'
  const refuse = (message: string, allowed: string): never => {
    throw new AppError('spec.invalid', `${where} ${message}`, { field, allowed, got: `[${shape.join(', ')}]` })
  }
  const parameter = (name: string, of: readonly number[], decays: boolean, values: (size: number) => Float32Array) => {
    const size = of.reduce((product, n) => product * n, 1)
    if (counted(size) > MAX_PARAMETERS)
      refuse(`brings the model above ${MAX_PARAMETERS} weights`, `at most ${MAX_PARAMETERS} weights`)
    const tensor = ops.upload(values(size), of)
    return { name: `${index}/${kind}/${name}`, tensor, needsGradient: true, decays } as const
  }
  return {
    ops,
    shape,
    refuse: (needs) => refuse(`needs ${needs}; it gets the shape [${shape.join(', ')}]`, needs),
    weights: (name, of, fanIn, fanOut) =>
      parameter(name, of, true, (size) => {
        const branch = rng.fork(`layer ${index}`)
        const next = specs.slice(index + 1).find((layer) => layer.kind !== 'batch-norm' && layer.kind !== 'max-pool')
        if (next?.kind === 'relu') return heNormal(size, fanIn, branch)
        return next ? glorotUniform(size, fanIn, fanOut, branch) : outputUniform(size, fanIn, branch)
      }),
    vector: (name, size, value) => parameter(name, [size], false, () => new Float32Array(size).fill(value)),
  }
}
