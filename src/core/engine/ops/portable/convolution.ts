import type { Geometry } from '../geometry'
import type { Tensor } from '../ops'
import { product, transpose } from './elementwise'
import type { Memory } from './memory'

interface Convolution {
  stride: number
  dilation: number
  /** Cells around the input: top, bottom, left, right. */
  pads: readonly [number, number, number, number]
}

function convolve(memory: Memory, x: Tensor, filter: Tensor, { stride, dilation, pads }: Convolution): Tensor {
  const [top, bottom, left, right] = pads
  return memory.run(
    'Conv2D',
    { x, filter },
    {
      strides: [stride, stride],
      dilations: [dilation, dilation],
      dataFormat: 'NHWC',
      pad: [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ],
    },
  )
}

export const convolution = (memory: Memory, x: Tensor, filter: Tensor, g: Geometry): Tensor =>
  convolve(memory, x, filter, { stride: g.stride, dilation: 1, pads: [g.top, g.bottom, g.left, g.right] })

/**
 * Gradient by the input: the output's gradient, spread out by the stride, convolved with the filter turned by 180
 * degrees. Some times faster than the backends' own loops.
 */
export function convolutionInputGradient(memory: Memory, dy: Tensor, filter: Tensor, g: Geometry): Tensor {
  const spread = g.stride === 1 ? dy : spreadOut(memory, dy, g.stride)
  const turned = transpose(memory, memory.run('Reverse', { x: filter }, { dims: [0, 1] }), [0, 1, 3, 2])
  const reach = g.kernel - 1
  const top = reach - g.top
  const left = reach - g.left
  const bottom = g.height + reach - top - spread.shape[1]!
  const right = g.width + reach - left - spread.shape[2]!
  return convolve(memory, spread, turned, { stride: 1, dilation: 1, pads: [top, bottom, left, right] })
}

/**
 * Gradient by the filter: one product of what each cell of the filter saw (cells × positions) with the output's gradient
 * (positions × filters). With the batch as the last axis, what a cell saw is copied in long runs. The wasm backend has
 * no kernel of its own for it; the same as a dilated convolution is a third slower.
 */
export function convolutionFilterGradient(memory: Memory, dy: Tensor, x: Tensor, g: Geometry): Tensor {
  const [samples, filters] = [dy.shape[0]!, dy.shape[3]!]
  const gradients = transpose(memory, dy, [1, 2, 0, 3])
  const seen = seenByCells(memory, transpose(memory, x, [3, 1, 2, 0]), g)
  const positions = g.outHeight * g.outWidth * samples
  const sums = product(memory, seen, memory.as(gradients, [positions, filters]))
  return memory.reshape(sums, [g.kernel, g.kernel, g.channels, filters])
}

/**
 * What each cell of a filter meets while it moves over the input, zeros where it hangs over the edge.
 * @param x channels × height × width × samples
 * @returns cells (row, column, channel) × positions (row, column, sample)
 */
function seenByCells(memory: Memory, x: Tensor, g: Geometry): Tensor {
  const { height, width, channels, kernel, stride, outHeight, outWidth } = g
  const samples = x.shape[3]!
  const out = memory.allocate([kernel * kernel * channels, outHeight * outWidth * samples])
  const from = memory.view(x)
  const to = memory.view(out).fill(0)
  let at = 0
  for (let row = 0; row < kernel; row++)
    for (let column = 0; column < kernel; column++) {
      // Output columns whose input column lies inside.
      const first = Math.max(Math.ceil((g.left - column) / stride), 0)
      const last = Math.min(Math.floor((width - 1 + g.left - column) / stride), outWidth - 1)
      for (let c = 0; c < channels; c++)
        for (let outRow = 0; outRow < outHeight; outRow++, at += outWidth * samples) {
          const inRow = outRow * stride + row - g.top
          if (inRow < 0 || inRow >= height || last < first) continue
          const start = (c * height + inRow) * width + column - g.left
          const copy = (firstColumn: number, columns: number) => {
            const source = (start + firstColumn * stride) * samples
            to.set(from.subarray(source, source + columns * samples), at + firstColumn * samples)
          }
          if (stride === 1) copy(first, last - first + 1)
          else for (let outColumn = first; outColumn <= last; outColumn++) copy(outColumn, 1)
        }
    }
  return out
}

/** Puts stride − 1 zeros between neighbours in height and width. */
function spreadOut(memory: Memory, dy: Tensor, stride: number): Tensor {
  const [samples, height, width, channels] = dy.shape as [number, number, number, number]
  const wideHeight = (height - 1) * stride + 1
  const wideWidth = (width - 1) * stride + 1
  const out = memory.allocate([samples, wideHeight, wideWidth, channels])
  const from = memory.view(dy)
  const to = memory.view(out).fill(0)
  let i = 0
  for (let n = 0; n < samples; n++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) {
        const at = ((n * wideHeight + row * stride) * wideWidth + column * stride) * channels
        for (let c = 0; c < channels; c++) to[at + c] = from[i++]!
      }
  return out
}
