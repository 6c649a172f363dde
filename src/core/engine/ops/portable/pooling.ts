import type { Geometry } from '../geometry'
import type { Tensor } from '../ops'
import { type Memory, sizeOf } from './memory'

/**
 * Visits each cell of each window that lies inside the input, in row order.
 * @param visit offsets of the first channel in the input and in the output, and whether the cell opens a window
 */
function visitWindows(samples: number, g: Geometry, visit: (from: number, to: number, first: boolean) => void): void {
  for (let n = 0; n < samples; n++)
    for (let row = 0; row < g.outHeight; row++)
      for (let column = 0; column < g.outWidth; column++) {
        const to = ((n * g.outHeight + row) * g.outWidth + column) * g.channels
        const top = row * g.stride - g.top
        const left = column * g.stride - g.left
        let first = true
        for (let h = Math.max(top, 0); h < Math.min(top + g.kernel, g.height); h++)
          for (let w = Math.max(left, 0); w < Math.min(left + g.kernel, g.width); w++) {
            visit(((n * g.height + h) * g.width + w) * g.channels, to, first)
            first = false
          }
      }
}

const outShape = (samples: number, g: Geometry) => [samples, g.outHeight, g.outWidth, g.channels]

export function maxPool(memory: Memory, x: Tensor, g: Geometry): Tensor {
  const samples = x.shape[0]!
  if (g.kernel > 1) {
    const pad = [
      [0, 0],
      [g.top, g.bottom],
      [g.left, g.right],
      [0, 0],
    ]
    const attrs = { filterSize: [g.kernel, g.kernel], strides: [g.stride, g.stride], pad }
    return memory.run('MaxPool', { x }, attrs)
  }
  // The wasm kernel refuses windows of one cell.
  const out = memory.allocate(outShape(samples, g))
  const values = memory.view(x)
  const picked = memory.view(out)
  visitWindows(samples, g, (from, to) => picked.set(values.subarray(from, from + g.channels), to))
  return out
}

/**
 * Gradient of max pool, to the first largest value of each window.
 * Own loops: the wasm kernel goes wrong where no value of a window is above 0, and is slower. Arithmetic in place of
 * branches, which on such data are mispredicted every second time.
 */
export function maxPoolGradient(memory: Memory, dy: Tensor, x: Tensor, y: Tensor, g: Geometry): Tensor {
  const out = memory.allocate(x.shape)
  const values = memory.view(x)
  const largest = memory.view(y)
  const gradients = memory.view(dy)
  const dx = memory.view(out).fill(0)
  const channels = g.channels
  // 1 while a channel of the window has not met its largest value.
  const open = new Float64Array(channels)
  visitWindows(x.shape[0]!, g, (from, to, first) => {
    if (first) open.fill(1)
    for (let c = 0; c < channels; c++) {
      const taken = open[c]! * +(values[from + c] === largest[to + c])
      open[c]! -= taken
      dx[from + c]! += taken * gradients[to + c]!
    }
  })
  return out
}

export function globalAveragePool(memory: Memory, x: Tensor): Tensor {
  const samples = x.shape[0]!
  const channels = x.shape.at(-1)!
  const positions = sizeOf(x.shape) / samples / channels
  const out = memory.allocate([samples, channels])
  const values = memory.view(x)
  const means = memory.view(out)
  const sums = new Float64Array(channels)
  for (let n = 0, i = 0; n < samples; n++) {
    sums.fill(0)
    for (let p = 0; p < positions; p++) for (let c = 0; c < channels; c++) sums[c]! += values[i++]!
    for (let c = 0; c < channels; c++) means[n * channels + c] = sums[c]! / positions
  }
  return out
}

export function globalAveragePoolGradient(memory: Memory, dy: Tensor, shape: readonly number[]): Tensor {
  const [samples, channels] = dy.shape as [number, number]
  const positions = sizeOf(shape) / samples / channels
  const out = memory.allocate(shape)
  const gradients = memory.view(dy)
  const dx = memory.view(out)
  for (let n = 0, i = 0; n < samples; n++)
    for (let p = 0; p < positions; p++)
      for (let c = 0; c < channels; c++) dx[i++] = gradients[n * channels + c]! / positions
  return out
}
