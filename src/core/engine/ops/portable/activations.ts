import type { Tensor } from '../ops'
import { type Memory } from './memory'

/** A new tensor of a function of each pair of values. */
function combine(memory: Memory, a: Tensor, b: Tensor, f: (a: number, b: number) => number): Tensor {
  const out = memory.allocate(a.shape)
  const [x, y, to] = [memory.view(a), memory.view(b), memory.view(out)]
  for (let i = 0; i < to.length; i++) to[i] = f(x[i]!, y[i]!)
  return out
}

export const leakyReluGradient = (memory: Memory, dy: Tensor, x: Tensor, slope: number): Tensor =>
  combine(memory, dy, x, (g, value) => (value > 0 ? g : slope * g))

export const eluGradient = (memory: Memory, dy: Tensor, y: Tensor): Tensor =>
  combine(memory, dy, y, (g, value) => (value > 0 ? g : g * (value + 1)))

export const sigmoidGradient = (memory: Memory, dy: Tensor, y: Tensor): Tensor =>
  combine(memory, dy, y, (g, value) => g * value * (1 - value))

/** exp(−x² / 2): √(2π) times the density of the normal distribution. */
const bell = (x: number): number => Math.exp((-x * x) / 2)

/**
 * Normal distribution Φ(x), off by less than 8e-8.
 *
 * @param bellOfX exp(−x² / 2), which its gradient needs as well
 * @see Abramowitz & Stegun, Handbook of Mathematical Functions, 7.1.26, with erf(x/√2) = 2Φ(x) − 1
 */
function normalDistribution(x: number, bellOfX: number): number {
  const t = 1 / (1 + 0.3275911 * Math.SQRT1_2 * Math.abs(x))
  const series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
  const tail = 0.5 * series * bellOfX
  return x > 0 ? 1 - tail : tail
}

export function gelu(memory: Memory, x: Tensor): Tensor {
  const out = memory.allocate(x.shape)
  const [from, to] = [memory.view(x), memory.view(out)]
  for (let i = 0; i < to.length; i++) to[i] = from[i]! * normalDistribution(from[i]!, bell(from[i]!))
  return out
}

/** Φ(x) + x · Φ′(x) */
export const geluGradient = (memory: Memory, dy: Tensor, x: Tensor): Tensor =>
  combine(memory, dy, x, (g, value) => {
    const bellOfX = bell(value)
    return g * (normalDistribution(value, bellOfX) + (value * bellOfX) / Math.sqrt(2 * Math.PI))
  })
