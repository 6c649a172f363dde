import type { Layer, LayerContext } from './layer'

/** Sum of inputs of one shape: the end of a residual block. */
export function add(context: LayerContext): Layer {
  const { shape, shapes } = context
  if (shapes.some((other) => other.join() !== shape.join())) context.refuse('inputs of one shape')
  return {
    kind: 'add',
    shape,
    parameters: [],
    forward({ ops, tape }, x, ...more) {
      const sum = more.reduce((total, { tensor }) => ops.add(total, tensor), x.tensor)
      return tape.record(sum, [x, ...more], (dy) => [dy, ...more.map(() => dy)])
    },
  }
}

/** Inputs side by side along the channels (last axis). */
export function concat(context: LayerContext): Layer {
  const { shape, shapes } = context
  const rest = (of: readonly number[]) => of.slice(0, -1).join()
  if (shapes.some((other) => other.length !== shape.length || rest(other) !== rest(shape)))
    context.refuse('inputs that differ in their channels (last size) only')
  const sizes = shapes.map((of) => of.at(-1)!)
  return {
    kind: 'concat',
    shape: [...shape.slice(0, -1), sizes.reduce((sum, size) => sum + size, 0)],
    parameters: [],
    forward({ ops, tape }, ...nodes) {
      const joined = ops.concat(nodes.map(({ tensor }) => tensor))
      return tape.record(joined, nodes, (dy) => ops.split(dy, sizes))
    },
  }
}
