import type { LayerNormSaved, Tensor } from '../ops'
import type { Memory } from './memory'

/** Forward pass as the gradient needs it: normalised inputs, and 1 / standard deviation of each position. */
interface Saved extends LayerNormSaved {
  inverse: Float64Array
}

export function layerNorm(
  memory: Memory,
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  epsilon: number,
): { y: Tensor; saved: LayerNormSaved } {
  const channels = scale.shape[0]!
  const y = memory.allocate(x.shape)
  const normalized = memory.allocate(x.shape)
  const [from, to, unit] = [memory.view(x), memory.view(y), memory.view(normalized)]
  const [factors, offsets] = [memory.view(scale), memory.view(shift)]
  const inverse = new Float64Array(from.length / channels)
  for (let p = 0, start = 0; p < inverse.length; p++, start += channels) {
    let sum = 0
    for (let c = 0; c < channels; c++) sum += from[start + c]!
    const mean = sum / channels
    let squares = 0
    for (let c = 0; c < channels; c++) squares += (from[start + c]! - mean) ** 2
    const factor = (inverse[p] = 1 / Math.sqrt(squares / channels + epsilon))
    for (let c = 0; c < channels; c++) {
      const value = (from[start + c]! - mean) * factor
      unit[start + c] = value
      to[start + c] = value * factors[c]! + offsets[c]!
    }
  }
  const saved: Saved = { normalized, inverse }
  return { y, saved }
}

/** dx = inverse · (g − mean(g) − x̂ · mean(g · x̂)) with g = scale · dy and x̂ the normalised input, means over channels */
export function layerNormGradient(memory: Memory, dy: Tensor, scale: Tensor, saved: LayerNormSaved) {
  const { normalized, inverse } = saved as Saved
  const channels = scale.shape[0]!
  const dx = memory.allocate(dy.shape)
  const [gradients, unit, factors, to] = [memory.view(dy), memory.view(normalized), memory.view(scale), memory.view(dx)]
  const [dScale, dShift] = [new Float64Array(channels), new Float64Array(channels)]
  for (let p = 0, start = 0; p < inverse.length; p++, start += channels) {
    let sum = 0
    let products = 0
    for (let c = 0; c < channels; c++) {
      const g = gradients[start + c]!
      dScale[c]! += g * unit[start + c]!
      dShift[c]! += g
      sum += g * factors[c]!
      products += g * factors[c]! * unit[start + c]!
    }
    for (let c = 0; c < channels; c++) {
      const g = gradients[start + c]! * factors[c]!
      to[start + c] = inverse[p]! * (g - sum / channels - (unit[start + c]! * products) / channels)
    }
  }
  return { dx, dScale: memory.upload(dScale, [channels]), dShift: memory.upload(dShift, [channels]) }
}
