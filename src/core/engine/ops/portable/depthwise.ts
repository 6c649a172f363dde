import type { Geometry } from '../geometry'
import type { Tensor } from '../ops'
import type { Memory } from './memory'
import { eachWindow } from './windows'

export function depthwiseConvolution(memory: Memory, x: Tensor, filter: Tensor, g: Geometry): Tensor {
  const pad = [
    [0, 0],
    [g.top, g.bottom],
    [g.left, g.right],
    [0, 0],
  ]
  const attrs = { strides: [g.stride, g.stride], dilations: [1, 1], dataFormat: 'NHWC', pad }
  return memory.run('DepthwiseConv2dNative', { x, filter }, attrs)
}

/** Calls back for each cell that each place of the window sees: where its channels start in outputs, input and filter. */
function eachCell(
  g: Geometry,
  samples: number,
  multiplier: number,
  visit: (out: number, at: number, cell: number) => void,
) {
  const { channels, width, kernel } = g
  eachWindow(g, samples, (place, firstRow, endRow, firstColumn, endColumn, topRow, leftColumn) => {
    for (let row = firstRow; row < endRow; row++)
      for (let column = firstColumn; column < endColumn; column++) {
        const cell = (row - topRow) * kernel + column - leftColumn
        visit(place * channels * multiplier, (row * width + column) * channels, cell * channels * multiplier)
      }
  })
}

/** No backend has kernels for these gradients: each output's gradient is sent back to the cells that it came from. */
export function depthwiseInputGradient(memory: Memory, dy: Tensor, filter: Tensor, g: Geometry): Tensor {
  const { channels } = g
  const multiplier = filter.shape[3]!
  const samples = dy.shape[0]!
  const out = memory.allocate([samples, g.height, g.width, channels])
  const [gradients, weights, dx] = [memory.view(dy), memory.view(filter), memory.view(out).fill(0)]
  eachCell(g, samples, multiplier, (from, at, cell) => {
    for (let c = 0, k = 0; c < channels; c++) {
      let sum = 0
      for (let m = 0; m < multiplier; m++, k++) sum += gradients[from + k]! * weights[cell + k]!
      dx[at + c]! += sum
    }
  })
  return out
}

export function depthwiseFilterGradient(memory: Memory, dy: Tensor, x: Tensor, g: Geometry): Tensor {
  const { channels, kernel } = g
  const multiplier = dy.shape[3]! / channels
  const [gradients, values] = [memory.view(dy), memory.view(x)]
  // A filter cell meets every position of the batch: such long sums are made in float64.
  const sums = new Float64Array(kernel * kernel * channels * multiplier)
  eachCell(g, x.shape[0]!, multiplier, (from, at, cell) => {
    for (let c = 0, k = 0; c < channels; c++)
      for (let m = 0; m < multiplier; m++, k++) sums[cell + k]! += values[at + c]! * gradients[from + k]!
  })
  return memory.upload(sums, [kernel, kernel, channels, multiplier])
}
