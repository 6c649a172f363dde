import { type Geometry, type Padding, windowGeometry } from '../../src/core/engine/ops/geometry'
import type { Ops, Tensor } from '../../src/core/engine/ops/ops'
import { distinct, normals } from './engines'
import * as reference from './reference'

interface Input {
  values: Float32Array
  shape: readonly number[]
}

/** An operation with its gradients, and what it should be. */
export interface OperationCase {
  name: string
  inputs: readonly Input[]
  /** Shape of the output. */
  shape: readonly number[]
  /** Output, and the gradient by each input. */
  run(ops: Ops, inputs: readonly Tensor[], dy: Tensor): { y: Tensor; gradients: readonly Tensor[] }
  /** The output by plain loops in float64. */
  reference(inputs: readonly Float64Array[]): Float64Array
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)
const random = (seed: number, ...shape: number[]): Input => ({ values: normals(sizeOf(shape), seed), shape })
const SAMPLES = 2
const EPSILON = 1e-5

/** Sizes, kernels, strides and paddings: odd and even, windows that reach the edge and that do not. */
export const WINDOWS = [
  [7, 7],
  [6, 8],
  [5, 4],
].flatMap(([height, width]) =>
  [1, 2, 3, 5].flatMap((kernel) =>
    [1, 2, 3].flatMap((stride) =>
      (['same', 'valid'] as Padding[]).flatMap((padding) => {
        const g = windowGeometry([height!, width!, 3], kernel, stride, padding)
        return g ? [{ name: `${height} × ${width}, window ${kernel}, stride ${stride}, ${padding}`, g }] : []
      }),
    ),
  ),
)

const images = (seed: number, g: Geometry) => random(seed, SAMPLES, g.height, g.width, g.channels)
const outputs = (g: Geometry, channels = g.channels) => [SAMPLES, g.outHeight, g.outWidth, channels]

const convolutions = WINDOWS.map(({ name, g }): OperationCase => {
  const filters = 2
  return {
    name: `convolution over ${name}`,
    inputs: [images(1, g), random(2, g.kernel, g.kernel, 3, filters)],
    shape: outputs(g, filters),
    run: (ops, [x, filter], dy) => ({
      y: ops.conv2d(x!, filter!, g),
      gradients: [ops.conv2dInputGradient(dy, filter!, g), ops.conv2dFilterGradient(dy, x!, g)],
    }),
    reference: ([x, filter]) => reference.conv2d(x!, filter!, SAMPLES, filters, g),
  }
})

const depthwise = WINDOWS.flatMap(({ name, g }) =>
  [1, 2].map((multiplier): OperationCase => ({
    name: `depthwise convolution with ${multiplier} a channel over ${name}`,
    inputs: [images(3, g), random(4, g.kernel, g.kernel, 3, multiplier)],
    shape: outputs(g, 3 * multiplier),
    run: (ops, [x, filter], dy) => ({
      y: ops.depthwiseConv2d(x!, filter!, g),
      gradients: [ops.depthwiseConv2dInputGradient(dy, filter!, g), ops.depthwiseConv2dFilterGradient(dy, x!, g)],
    }),
    reference: ([x, filter]) => reference.depthwiseConv2d(x!, filter!, SAMPLES, multiplier, g),
  })),
)

const maxPools = WINDOWS.flatMap(({ name, g }) =>
  [
    { of: 'values of both signs', offset: 0 },
    { of: 'negative values only', offset: -100 },
    { of: 'positive values only', offset: 100 },
  ].map(({ of, offset }): OperationCase => {
    const shape = [SAMPLES, g.height, g.width, 3]
    return {
      name: `max pool of ${of} over ${name}`,
      inputs: [{ values: distinct(sizeOf(shape), 5, offset), shape }],
      shape: outputs(g),
      run(ops, [x], dy) {
        const y = ops.maxPool(x!, g)
        return { y, gradients: [ops.maxPoolGradient(dy, x!, y, g)] }
      },
      reference: ([x]) => reference.maxPool(x!, SAMPLES, g),
    }
  }),
)

const averagePools = WINDOWS.map(({ name, g }): OperationCase => ({
  name: `average pool over ${name}`,
  inputs: [images(6, g)],
  shape: outputs(g),
  run: (ops, [x], dy) => ({ y: ops.averagePool(x!, g), gradients: [ops.averagePoolGradient(dy, g)] }),
  reference: ([x]) => reference.averagePool(x!, SAMPLES, g),
}))

/** At least three channels: of two, layer norm leaves only signs, and a gradient that is all rounding. */
const NORMALIZED = [
  ['vectors', [6, 5]],
  ['images', [3, 4, 5, 4]],
  ['images of one position', [7, 1, 1, 3]],
  ['images of one column', [4, 5, 1, 3]],
] as const

/** Channels of different means and sizes. */
const uneven = (seed: number, shape: readonly number[]): Input => {
  const { values } = random(seed, ...shape)
  return { values: values.map((value, i) => value * (1 + (i % shape.at(-1)!)) + 3), shape }
}

const norms = NORMALIZED.flatMap(([of, shape]): OperationCase[] => {
  const channels = shape.at(-1)!
  const inputs = [uneven(7, shape), random(8, channels), random(9, channels)]
  return [
    {
      name: `batch norm of ${of}`,
      inputs,
      shape,
      run(ops, [x, scale, shift], dy) {
        const running = { mean: ops.upload(normals(channels, 10), [channels]), variance: scale! }
        const { y, saved } = ops.batchNormTraining(x!, scale!, shift!, running, { epsilon: EPSILON, momentum: 0.1 })
        const { dx, dScale, dShift } = ops.batchNormGradient(dy, scale!, saved)
        return { y, gradients: [dx, dScale, dShift] }
      },
      reference: ([x, scale, shift]) => reference.batchNorm(x!, scale!, shift!, EPSILON),
    },
    {
      name: `layer norm of ${of}`,
      inputs,
      shape,
      run(ops, [x, scale, shift], dy) {
        const { y, saved } = ops.layerNorm(x!, scale!, shift!, EPSILON)
        const { dx, dScale, dShift } = ops.layerNormGradient(dy, scale!, saved)
        return { y, gradients: [dx, dScale, dShift] }
      },
      reference: ([x, scale, shift]) => reference.layerNorm(x!, scale!, shift!, EPSILON),
    },
  ]
})

const transposed = ({ values, shape }: Input): Input => {
  const [rows, columns] = shape as [number, number]
  return {
    values: values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!),
    shape: [columns, rows],
  }
}
const [M, K, N] = [3, 5, 4]
const back = (values: Float64Array, rows: number, columns: number) =>
  values.map((_, i) => values[(i % columns) * rows + Math.floor(i / columns)]!)

const products = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
].map(([a, b]): OperationCase => {
  const [first, second] = [random(12, M, K), random(13, K, N)]
  return {
    name: `product of matrices${a ? ', the first transposed' : ''}${b ? ', the second transposed' : ''}`,
    inputs: [a ? transposed(first) : first, b ? transposed(second) : second],
    shape: [M, N],
    run: (ops, [x, y], dy) => ({
      y: ops.matMul(x!, y!, { a: a!, b: b! }),
      gradients: [
        a ? ops.matMul(y!, dy, { a: b!, b: true }) : ops.matMul(dy, y!, { b: !b }),
        b ? ops.matMul(dy, x!, { a: true, b: a! }) : ops.matMul(x!, dy, { a: !a }),
      ],
    }),
    reference: ([x, y]) => reference.matMul(a ? back(x!, M, K) : x!, b ? back(y!, K, N) : y!, M, K, N),
  }
})

const biases = [
  [6, 5],
  [3, 4, 5, 2],
].map((shape): OperationCase => {
  const channels = shape.at(-1)!
  return {
    name: `bias of [${shape}]`,
    inputs: [random(14, ...shape), random(15, channels)],
    shape,
    run: (ops, [x, bias], dy) => ({ y: ops.addBias(x!, bias!), gradients: [dy, ops.biasGradient(dy)] }),
    reference: ([x, bias]) => x!.map((value, i) => value + bias![i % channels]!),
  }
})

type Gradient = (ops: Ops, dy: Tensor, x: Tensor, y: Tensor) => Tensor
/** Values from −6 to 6, none of them within a difference's step of 0. */
const WIDE = distinct(301, 16).map((value) => 4 * value + 0.02)

const activations = (
  [
    ['relu', (z) => Math.max(z, 0), (ops, x) => ops.relu(x), (ops, dy, _, y) => ops.reluGradient(dy, y)],
    [
      'leaky relu',
      (z) => (z > 0 ? z : 0.2 * z),
      (ops, x) => ops.leakyRelu(x, 0.2),
      (ops, dy, x) => ops.leakyReluGradient(dy, x, 0.2),
    ],
    ['elu', (z) => (z > 0 ? z : Math.expm1(z)), (ops, x) => ops.elu(x), (ops, dy, _, y) => ops.eluGradient(dy, y)],
    [
      'gelu',
      (z) => z * reference.normalDistribution(z),
      (ops, x) => ops.gelu(x),
      (ops, dy, x) => ops.geluGradient(dy, x),
    ],
    [
      'sigmoid',
      (z) => 1 / (1 + Math.exp(-z)),
      (ops, x) => ops.sigmoid(x),
      (ops, dy, _, y) => ops.sigmoidGradient(dy, y),
    ],
    ['tanh', Math.tanh, (ops, x) => ops.tanh(x), (ops, dy, _, y) => ops.tanhGradient(dy, y)],
  ] as [string, (z: number) => number, (ops: Ops, x: Tensor) => Tensor, Gradient][]
).map(([name, f, apply, gradient]): OperationCase => ({
  name,
  inputs: [{ values: WIDE, shape: [7, 43] }],
  shape: [7, 43],
  run(ops, [x], dy) {
    const y = apply(ops, x!)
    return { y, gradients: [gradient(ops, dy, x!, y)] }
  },
  reference: ([x]) => x!.map(f),
}))

const IMAGE = [3, 4, 5, 2]
const MASK = normals(120, 20)
const others: OperationCase[] = [
  {
    name: 'global average pool',
    inputs: [random(18, ...IMAGE)],
    shape: [3, 2],
    run: (ops, [x], dy) => ({ y: ops.globalAveragePool(x!), gradients: [ops.globalAveragePoolGradient(dy, IMAGE)] }),
    reference: ([x]) => reference.globalAveragePool(x!, 3, 2),
  },
  {
    name: 'sum',
    inputs: [random(21, ...IMAGE), random(22, ...IMAGE)],
    shape: IMAGE,
    run: (ops, [a, b], dy) => ({ y: ops.add(a!, b!), gradients: [dy, dy] }),
    reference: ([a, b]) => a!.map((value, i) => value + b![i]!),
  },
  {
    name: 'product with what is not trained, as dropout has it',
    inputs: [random(23, ...IMAGE)],
    shape: IMAGE,
    run(ops, [x], dy) {
      const mask = ops.upload(MASK, IMAGE)
      return { y: ops.multiply(x!, mask), gradients: [ops.multiply(dy, mask)] }
    },
    reference: ([x]) => x!.map((value, i) => value * MASK[i]!),
  },
  {
    name: 'images side by side in their channels',
    inputs: [random(24, 2, 3, 4, 2), random(25, 2, 3, 4, 1), random(26, 2, 3, 4, 5)],
    shape: [2, 3, 4, 8],
    run: (ops, inputs, dy) => ({ y: ops.concat(inputs), gradients: ops.split(dy, [2, 1, 5]) }),
    reference: (inputs) => reference.concat(inputs, [2, 1, 5]),
  },
  {
    name: 'vectors side by side',
    inputs: [random(27, 6, 3), random(28, 6, 4)],
    shape: [6, 7],
    run: (ops, inputs, dy) => ({ y: ops.concat(inputs), gradients: ops.split(dy, [3, 4]) }),
    reference: (inputs) => reference.concat(inputs, [3, 4]),
  },
  {
    name: 'another shape',
    inputs: [random(29, ...IMAGE)],
    shape: [3, 40],
    run: (ops, [x], dy) => ({ y: ops.reshape(x!, [3, 40]), gradients: [ops.reshape(dy, IMAGE)] }),
    reference: ([x]) => x!,
  },
]

/** Every operation that layers are made of. */
export const OPERATION_CASES: readonly OperationCase[] = [
  ...convolutions,
  ...depthwise,
  ...maxPools,
  ...averagePools,
  ...norms,
  ...products,
  ...biases,
  ...activations,
  ...others,
]
