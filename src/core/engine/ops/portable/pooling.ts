import type { Geometry } from '../geometry'
import type { Tensor } from '../ops'
import { type Memory, sizeOf } from './memory'
import { eachWindow } from './windows'

export const maxPool = (memory: Memory, x: Tensor, g: Geometry): Tensor => pool(memory, 'MaxPool', x, g)

export const averagePool = (memory: Memory, x: Tensor, g: Geometry): Tensor => pool(memory, 'AvgPool', x, g)

function pool(memory: Memory, kernel: 'MaxPool' | 'AvgPool', x: Tensor, g: Geometry): Tensor {
  if (g.kernel > 1) {
    const pad = [
      [0, 0],
      [g.top, g.bottom],
      [g.left, g.right],
      [0, 0],
    ]
    const attrs = { filterSize: [g.kernel, g.kernel], strides: [g.stride, g.stride], pad }
    return memory.run(kernel, { x }, attrs)
  }
  // The wasm kernels refuse windows of one cell; such a pool only takes every stride-th one.
  const [begin, strides] = [
    [0, 0, 0, 0],
    [1, g.stride, g.stride, 1],
  ]
  return memory.run('StridedSlice', { x }, { ...EVERYTHING, begin, end: x.shape, strides })
}

const EVERYTHING = { beginMask: 0, endMask: 0, ellipsisMask: 0, newAxisMask: 0, shrinkAxisMask: 0 }

/**
 * Gradient of max pool, to the first largest value of each window.
 * Own loops: the wasm kernel goes wrong where no value of a window is above 0, and is slower. Arithmetic in place of
 * branches, which on such data are mispredicted every second time.
 */
export function maxPoolGradient(memory: Memory, dy: Tensor, x: Tensor, y: Tensor, g: Geometry): Tensor {
  const { height, width, channels, kernel, stride, outHeight, outWidth } = g
  const out = memory.allocate(x.shape)
  const values = memory.view(x)
  const largest = memory.view(y)
  const gradients = memory.view(dy)
  const dx = memory.view(out).fill(0)
  // 1 while a channel of the window has not met its largest value.
  const open = new Float64Array(channels)
  const rows = x.shape[0]! * outHeight
  for (let row = 0, to = 0; row < rows; row++) {
    const image = Math.floor(row / outHeight) * height
    const top = (row % outHeight) * stride - g.top
    const firstRow = image + Math.max(top, 0)
    const endRow = image + Math.min(top + kernel, height)
    for (let column = 0; column < outWidth; column++, to += channels) {
      const left = column * stride - g.left
      const firstColumn = Math.max(left, 0)
      const endColumn = Math.min(left + kernel, width)
      open.fill(1)
      for (let h = firstRow; h < endRow; h++) {
        const end = (h * width + endColumn) * channels
        for (let from = (h * width + firstColumn) * channels; from < end; from += channels)
          for (let c = 0; c < channels; c++) {
            const taken = open[c]! * +(values[from + c] === largest[to + c])
            open[c]! -= taken
            dx[from + c]! += taken * gradients[to + c]!
          }
      }
    }
  }
  return out
}

/**
 * Each window's gradient goes in equal parts to its cells inside of the image. The backends' own kernel also counts the
 * cells that hang over the edge, which their forward kernel does not.
 */
export function averagePoolGradient(memory: Memory, dy: Tensor, g: Geometry): Tensor {
  const { channels, width } = g
  const samples = dy.shape[0]!
  const out = memory.allocate([samples, g.height, width, channels])
  const [gradients, dx] = [memory.view(dy), memory.view(out).fill(0)]
  eachWindow(g, samples, (place, firstRow, endRow, firstColumn, endColumn) => {
    const share = 1 / ((endRow - firstRow) * (endColumn - firstColumn))
    for (let row = firstRow; row < endRow; row++)
      for (let column = firstColumn; column < endColumn; column++) {
        const at = (row * width + column) * channels
        for (let c = 0; c < channels; c++) dx[at + c]! += share * gradients[place * channels + c]!
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
