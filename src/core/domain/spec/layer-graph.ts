import { nearest } from '../nearest'
import type { LayerInput } from './layers'
import { type Problem, show } from './problems'

/** Stands for the model's own input where layers are numbered from 0. */
export const MODEL_INPUT = -1

/** Name of the model's own input in a layer's `inputs`. */
export const INPUT_NAME = 'input'

type Named = Pick<LayerInput, 'kind' | 'name' | 'inputs'>

const takesSeveral = ({ kind }: Named): boolean => kind === 'add' || kind === 'concat'

/** Number of the layer before `at` that has a name; undefined where there is none. */
function numberOf(layers: readonly Named[], name: string, at: number): number | undefined {
  if (name === INPUT_NAME) return MODEL_INPUT
  const found = layers.findIndex((layer) => layer.name === name)
  return found >= 0 && found < at ? found : undefined
}

/**
 * Which layers feed each layer of a list that has no problems: those that it names, else the one before it. Only earlier
 * layers can be named, so there are no circles.
 */
export const layerInputs = (layers: readonly Named[]): number[][] =>
  layers.map(({ inputs }, at) => inputs?.map((name) => numberOf(layers, name, at)!) ?? [at - 1])

/** What is wrong with the names and connections of a layer list. */
export function graphProblems(layers: readonly Named[], prefix = 'model.layers'): Problem[] {
  const problems: Problem[] = []
  const refuse = (at: number, field: string, allowed: string, got: unknown, hint = '') => {
    const path = `${prefix}.${at}${field && `.${field}`}`
    const message = `${path} (${layers[at]!.kind}) ${allowed}, got ${show(got)}${hint}`
    problems.push({ field: path, message, allowed, got: show(got) })
  }
  const used = new Set<number>()
  layers.forEach((layer, at) => {
    const { name, inputs } = layer
    if (name === INPUT_NAME) refuse(at, 'name', 'must not be "input", the name of the model\'s own input', name)
    else if (name !== undefined && layers.findIndex((other) => other.name === name) < at)
      refuse(at, 'name', 'must not be the name of another layer', name)
    if (takesSeveral(layer) && (inputs?.length ?? 0) < 2) refuse(at, 'inputs', 'must name at least two layers', inputs)
    else if (!takesSeveral(layer) && inputs && inputs.length > 1)
      refuse(at, 'inputs', 'must name one layer: only add and concat take several', inputs)
    if (!inputs) used.add(at - 1)
    for (const input of inputs ?? []) {
      const from = numberOf(layers, input, at)
      if (from !== undefined) used.add(from)
      else refuse(at, 'inputs', `must name ${namesBefore(layers, at)}`, input, hintFor(layers, input, at))
    }
  })
  // Where a name is wrong, the layer that was meant would be blamed as well.
  if (problems.length) return problems
  layers.slice(0, -1).forEach((layer, at) => {
    if (!used.has(at)) refuse(at, '', 'must be an input of a later layer; nothing takes its output', layer)
  })
  return problems
}

const known = (layers: readonly Named[], at: number): string[] => [
  INPUT_NAME,
  ...layers.slice(0, at).flatMap(({ name }) => name ?? []),
]

const namesBefore = (layers: readonly Named[], at: number): string =>
  `layers before it (${known(layers, at).join(', ')})`

function hintFor(layers: readonly Named[], input: string, at: number): string {
  if (layers[at]!.name === input) return ', which is the layer itself'
  if (layers.some(({ name }) => name === input)) return ', which comes later'
  const near = nearest(input, known(layers, at))
  return near ? ` (did you mean ${near}?)` : ''
}
