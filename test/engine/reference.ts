import type { Geometry } from '../../src/core/engine/ops/geometry'

/**
 * Forward operations as plain float64 loops over nested shapes, as close to their definitions as can be written.
 * Gradients are not derived here: tests take central differences of these, so that no formula is used twice.
 */
type Values = Float64Array | Float32Array | number[]

export function matMul(a: Values, b: Values, m: number, k: number, n: number): Float64Array {
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) for (let l = 0; l < k; l++) out[i * n + j]! += a[i * k + l]! * b[l * n + j]!
  return out
}

/** Input cell that a window's cell lies on; null outside of the image. */
const cell = (g: Geometry, n: number, row: number, column: number, h: number, w: number): number | null => {
  const y = row * g.stride + h - g.top
  const x = column * g.stride + w - g.left
  return y < 0 || x < 0 || y >= g.height || x >= g.width ? null : ((n * g.height + y) * g.width + x) * g.channels
}

/** Calls back for each window of a batch; `cells` are the offsets of the cells that lie inside, with their place. */
function windows(
  g: Geometry,
  samples: number,
  visit: (to: number, cells: { at: number; h: number; w: number }[]) => void,
) {
  for (let n = 0, to = 0; n < samples; n++)
    for (let row = 0; row < g.outHeight; row++)
      for (let column = 0; column < g.outWidth; column++, to++) {
        const cells = []
        for (let h = 0; h < g.kernel; h++)
          for (let w = 0; w < g.kernel; w++) {
            const at = cell(g, n, row, column, h, w)
            if (at !== null) cells.push({ at, h, w })
          }
        visit(to, cells)
      }
}

export function conv2d(x: Values, filter: Values, samples: number, filters: number, g: Geometry): Float64Array {
  const out = new Float64Array(samples * g.outHeight * g.outWidth * filters)
  windows(g, samples, (to, cells) => {
    for (const { at, h, w } of cells)
      for (let c = 0; c < g.channels; c++)
        for (let f = 0; f < filters; f++)
          out[to * filters + f]! += x[at + c]! * filter[((h * g.kernel + w) * g.channels + c) * filters + f]!
  })
  return out
}

/** The filter is kernel × kernel × channels × multiplier; the outputs of a channel lie side by side. */
export function depthwiseConv2d(
  x: Values,
  filter: Values,
  samples: number,
  multiplier: number,
  g: Geometry,
): Float64Array {
  const outputs = g.channels * multiplier
  const out = new Float64Array(samples * g.outHeight * g.outWidth * outputs)
  windows(g, samples, (to, cells) => {
    for (const { at, h, w } of cells)
      for (let k = 0; k < outputs; k++)
        out[to * outputs + k]! += x[at + Math.floor(k / multiplier)]! * filter[(h * g.kernel + w) * outputs + k]!
  })
  return out
}

export function averagePool(x: Values, samples: number, g: Geometry): Float64Array {
  const out = new Float64Array(samples * g.outHeight * g.outWidth * g.channels)
  windows(g, samples, (to, cells) => {
    for (const { at } of cells)
      for (let c = 0; c < g.channels; c++) out[to * g.channels + c]! += x[at + c]! / cells.length
  })
  return out
}

export function maxPool(x: Values, samples: number, g: Geometry): Float64Array {
  const out = new Float64Array(samples * g.outHeight * g.outWidth * g.channels)
  windows(g, samples, (to, cells) => {
    for (let c = 0; c < g.channels; c++) out[to * g.channels + c] = Math.max(...cells.map(({ at }) => x[at + c]!))
  })
  return out
}

/** Mean and biased variance of each channel. */
export function moments(x: Values, channels: number): { mean: Float64Array; variance: Float64Array; count: number } {
  const count = x.length / channels
  const mean = new Float64Array(channels)
  const variance = new Float64Array(channels)
  for (let i = 0; i < x.length; i++) mean[i % channels]! += x[i]! / count
  for (let i = 0; i < x.length; i++) variance[i % channels]! += (x[i]! - mean[i % channels]!) ** 2 / count
  return { mean, variance, count }
}

export function batchNorm(x: Values, scale: Values, shift: Values, epsilon: number): Float64Array {
  const channels = scale.length
  const { mean, variance } = moments(x, channels)
  return Float64Array.from(x, (value, i) => {
    const c = i % channels
    return ((value - mean[c]!) / Math.sqrt(variance[c]! + epsilon)) * scale[c]! + shift[c]!
  })
}

/** With statistics that are given: what evaluation does. */
export const batchNormInference = (
  x: Values,
  scale: Values,
  shift: Values,
  mean: Values,
  variance: Values,
  epsilon: number,
): Float64Array =>
  Float64Array.from(x, (value, i) => {
    const c = i % scale.length
    return ((value - mean[c]!) / Math.sqrt(variance[c]! + epsilon)) * scale[c]! + shift[c]!
  })

/** Each position is a batch of one channel with as many values as it has channels. */
export function layerNorm(x: Values, scale: Values, shift: Values, epsilon: number): Float64Array {
  const channels = scale.length
  const out = new Float64Array(x.length)
  for (let from = 0; from < x.length; from += channels) {
    const unit = batchNorm(x.slice(from, from + channels), [1], [0], epsilon)
    for (let c = 0; c < channels; c++) out[from + c] = unit[c]! * scale[c]! + shift[c]!
  }
  return out
}

/** Φ(x) by a series of positive terms, exact for |x| below 6. @see Abramowitz & Stegun 26.2.11 */
export function normalDistribution(x: number): number {
  let term = x
  let sum = x
  for (let n = 3; n < 200; n += 2) sum += term *= (x * x) / n
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI)
}

/** Rows of values side by side; widths are those of the parts. */
export function concat(parts: readonly Values[], widths: readonly number[]): Float64Array {
  const rows = parts[0]!.length / widths[0]!
  return Float64Array.from(
    Array.from({ length: rows }, (_, row) =>
      parts.flatMap((part, k) => [...part.slice(row * widths[k]!, (row + 1) * widths[k]!)]),
    ).flat(),
  )
}

export function globalAveragePool(x: Values, samples: number, channels: number): Float64Array {
  const positions = x.length / samples / channels
  const out = new Float64Array(samples * channels)
  for (let i = 0; i < x.length; i++)
    out[Math.floor(i / (positions * channels)) * channels + (i % channels)]! += x[i]! / positions
  return out
}

/** −Σ target · log softmax, the target smoothed as PyTorch's CrossEntropyLoss(label_smoothing) does. */
export function crossEntropy(z: Values, labels: Int32Array, smoothing = 0): number {
  const classes = z.length / labels.length
  let loss = 0
  labels.forEach((label, n) => {
    const row = Array.from(z.slice(n * classes, (n + 1) * classes))
    const total = Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0))
    row.forEach((value, c) => {
      const target = smoothing / classes + (c === label ? 1 - smoothing : 0)
      loss += target * (total - value)
    })
  })
  return loss / labels.length
}

export function meanSquaredError(z: Values, labels: Int32Array): number {
  const classes = z.length / labels.length
  let loss = 0
  for (let i = 0; i < z.length; i++)
    loss += (z[i]! - (labels[Math.floor(i / classes)] === i % classes ? 1 : 0)) ** 2 / z.length
  return loss
}

/** Gradient of Σ weights · f(x) by central differences in float64. */
export function differences(f: (x: Float64Array) => Values, x: Values, weights: Values, step = 1e-5): Float64Array {
  const at = Float64Array.from(x)
  const value = () => {
    const y = f(at)
    let sum = 0
    for (let i = 0; i < y.length; i++) sum += y[i]! * weights[i]!
    return sum
  }
  return at.map((_, i) => {
    const middle = at[i]!
    at[i] = middle + step
    const above = value()
    at[i] = middle - step
    const below = value()
    at[i] = middle
    return (above - below) / (2 * step)
  })
}
