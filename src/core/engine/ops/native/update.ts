import { type Attribute, DTYPE, type Handle } from '../../backends/native/runtime'
import type { AdamOptions, RmspropOptions, SgdOptions, Tensor, TensorHolder } from '../ops'
import type { Memory, NativeTensor } from './memory'
import type { Variable } from './variable'
import { variableOf } from './variable-of'

const handle = (tensor: Tensor) => (tensor as NativeTensor).handle

const addN = (memory: Memory, n: number): Attribute[] =>
  memory.list(`AddN ${n}`, () => [
    { type: 'int', name: 'N', value: n },
    { type: 'type', name: 'T', value: DTYPE.float32 },
  ])

/** TensorFlow's L2Loss is half the sum of squares; summed there, so that one number is read, not one a tensor. */
export function sumOfSquares(memory: Memory, tensors: readonly Tensor[]): number {
  if (tensors.length === 0) return 0
  return memory.scope(() => {
    const halves = tensors.map((tensor) => memory.float('L2Loss', [handle(tensor)], []).handle)
    const sum = memory.run('AddN', halves, addN(memory, halves.length), [])
    return 2 * memory.download(sum)[0]!
  })
}

export function sumOfSquaredDifferences(memory: Memory, a: readonly Tensor[], b: readonly Tensor[]): number {
  return memory.scope(() =>
    sumOfSquares(
      memory,
      a.map((tensor, i) => memory.float('Sub', [handle(tensor), handle(b[i]!)], tensor.shape)),
    ),
  )
}

const T: Attribute[] = [{ type: 'type', name: 'T', value: DTYPE.float32 }]
const DTYPE_FLOAT: Attribute[] = [{ type: 'type', name: 'dtype', value: DTYPE.float32 }]
const NESTEROV: Attribute[] = [...T, { type: 'bool', name: 'use_nesterov', value: true }]

const times = (memory: Memory, x: Handle, factor: number, shape: readonly number[]): Handle =>
  memory.float('Mul', [x, memory.rate(factor)], shape).handle

/** The gradient as the optimizer takes it: scaled, then with the decay that is coupled to it. */
function slopeOf(
  memory: Memory,
  weight: Variable,
  gradient: Tensor,
  { gradientScale, weightDecay }: { gradientScale: number; weightDecay: number },
): Handle {
  const { shape } = weight
  const g = gradientScale === 1 ? handle(gradient) : times(memory, handle(gradient), gradientScale, shape)
  if (weightDecay === 0) return g
  return memory.float('AddV2', [g, times(memory, weight.handle, weightDecay, shape)], shape).handle
}

/** Runs an operation that changes variables in place. */
function apply(memory: Memory, op: string, changed: Variable[], inputs: Handle[], attributes: Attribute[]): void {
  for (const variable of changed) variable.release()
  memory.runtime.execute(op, [...changed.map(({ resource }) => resource), ...inputs], attributes, 0)
}

export function sgdUpdate(
  memory: Memory,
  weight: TensorHolder,
  gradient: Tensor,
  velocity: TensorHolder,
  options: SgdOptions,
): void {
  const variables = [variableOf(memory, weight), variableOf(memory, velocity)]
  const slope = slopeOf(memory, variables[0]!, gradient, options)
  const inputs = [memory.rate(options.lr), slope, memory.rate(options.momentum)]
  apply(memory, 'ResourceApplyMomentum', variables, inputs, options.nesterov ? NESTEROV : T)
}

/**
 * PyTorch divides by √v̂ + ε with v̂ = v / (1 − β2ᵗ), TensorFlow by √v + ε. With both powers given as 0, which leaves
 * TensorFlow's rate as it is, lr·√(1 − β2ᵗ) / (1 − β1ᵗ) and ε·√(1 − β2ᵗ) make the second equal to the first. TensorFlow
 * has the betas as float32 (1 − 0.999 is off by 5e-5 there), so the corrections are of those: the errors cancel.
 */
export function adamUpdate(
  memory: Memory,
  weight: TensorHolder,
  gradient: Tensor,
  moments: readonly [TensorHolder, TensorHolder],
  options: AdamOptions,
): void {
  const { lr, epsilon, step, weightDecay, decoupled } = options
  const [beta1, beta2] = [Math.fround(options.beta1), Math.fround(options.beta2)]
  const variable = variableOf(memory, weight)
  const variables = [variable, variableOf(memory, moments[0]), variableOf(memory, moments[1])]
  const slope = slopeOf(memory, variable, gradient, decoupled ? { ...options, weightDecay: 0 } : options)
  if (decoupled && weightDecay !== 0) {
    const decay = times(memory, variable.handle, lr * weightDecay, variable.shape)
    apply(memory, 'AssignSubVariableOp', [variable], [decay], DTYPE_FLOAT)
  }
  const correction = Math.sqrt(1 - beta2 ** step)
  const rates = [(lr * correction) / (1 - beta1 ** step), beta1, beta2, epsilon * correction]
  const zero = memory.rate(0)
  const inputs = [zero, zero, ...rates.map((rate) => memory.rate(rate)), slope]
  apply(memory, 'ResourceApplyAdam', variables, inputs, T)
}

/** Operation by operation: TensorFlow's own has ε inside the root and the rate inside the velocity, PyTorch has not. */
export function rmspropUpdate(
  memory: Memory,
  weight: TensorHolder,
  gradient: Tensor,
  square: TensorHolder,
  velocity: TensorHolder,
  options: RmspropOptions,
): void {
  const { lr, momentum, alpha, epsilon } = options
  const variables = [variableOf(memory, weight), variableOf(memory, velocity)]
  const squares = variableOf(memory, square)
  const { shape } = squares
  const float = (op: string, ...inputs: Handle[]) => memory.float(op, inputs, shape).handle
  const slope = slopeOf(memory, variables[0]!, gradient, options)
  const entering = times(memory, float('Square', slope), 1 - alpha, shape)
  const next = float('AddV2', times(memory, squares.handle, alpha, shape), entering)
  apply(memory, 'AssignVariableOp', [squares], [next], DTYPE_FLOAT)
  const direction = float('RealDiv', slope, float('AddV2', float('Sqrt', next), memory.rate(epsilon)))
  const inputs = [memory.rate(lr), direction, memory.rate(momentum)]
  apply(memory, 'ResourceApplyMomentum', variables, inputs, T)
}

/** Each value limited to ±limit. */
export const clip = (memory: Memory, x: Tensor, limit: number): Tensor =>
  memory.run('ClipByValue', [handle(x), memory.rate(-limit), memory.rate(limit)], T, x.shape)
