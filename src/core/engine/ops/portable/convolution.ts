import type { Geometry } from '../geometry'
import type { Tensor } from '../ops'
import { transpose } from './elementwise'
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
 * Gradient by the filter: a convolution as well, in which the batch takes the channels' place, so that the inputs are
 * convolved with the output's gradient, dilated by the stride. The wasm backend has no kernel of its own for it.
 */
export function convolutionFilterGradient(memory: Memory, dy: Tensor, x: Tensor, g: Geometry): Tensor {
  const inputs = transpose(memory, x, [3, 1, 2, 0])
  const gradients = transpose(memory, dy, [1, 2, 0, 3])
  const pads = [g.top, g.bottom, g.left, g.right] as const
  const all = convolve(memory, inputs, gradients, { stride: 1, dilation: g.stride, pads })
  const filters = dy.shape[3]!
  const size = [g.channels, g.kernel, g.kernel, filters]
  // Where windows do not reach the end of the input there are more positions than the filter has cells.
  const fits = all.shape[1] === g.kernel && all.shape[2] === g.kernel
  const cells = fits ? all : memory.run('Slice', { x: all }, { begin: [0, 0, 0, 0], size })
  return transpose(memory, cells, [1, 2, 0, 3])
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
