import type { Tensor } from '../ops'
import type { Memory, NativeTensor } from './memory'

/** Elementary operations on values of one shape, by name. */
function elementary(memory: Memory, { shape }: Tensor) {
  const of = (tensor: NativeTensor | number) =>
    typeof tensor === 'number' ? memory.constantScalar(tensor) : tensor.handle
  return (op: string, ...inputs: (NativeTensor | number)[]) => memory.float(op, inputs.map(of), shape)
}

/** Normal distribution Φ(x) = (1 + erf(x / √2)) / 2. TensorFlow has no GELU of its own. */
function normalDistribution(memory: Memory, x: NativeTensor): NativeTensor {
  const run = elementary(memory, x)
  return run('Mul', run('AddV2', run('Erf', run('Mul', x, Math.SQRT1_2)), 1), 0.5)
}

export const gelu = (memory: Memory, x: Tensor): Tensor =>
  elementary(memory, x)('Mul', x as NativeTensor, normalDistribution(memory, x as NativeTensor))

/** Φ(x) + x · Φ′(x) with Φ′(x) = exp(−x² / 2) / √(2π) */
export function geluGradient(memory: Memory, dy: Tensor, x: Tensor): Tensor {
  const run = elementary(memory, x)
  const at = x as NativeTensor
  const bell = run('Exp', run('Mul', run('Square', at), -0.5))
  const slope = run('Mul', run('Mul', at, bell), 1 / Math.sqrt(2 * Math.PI))
  return run('Mul', dy as NativeTensor, run('AddV2', normalDistribution(memory, at), slope))
}
