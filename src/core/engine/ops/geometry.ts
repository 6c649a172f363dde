export type Padding = 'same' | 'valid'

/** How a square window moves over an image, channels last. Pads are cells around the input. */
export interface Geometry {
  height: number
  width: number
  channels: number
  kernel: number
  stride: number
  top: number
  bottom: number
  left: number
  right: number
  outHeight: number
  outWidth: number
}

/**
 * Geometry of a convolution or pool, with TensorFlow's rules: `same` gives ceil(in / stride) outputs and puts the odd
 * cell of padding at the end; `valid` only takes windows that lie inside.
 *
 * @param shape height, width, channels of one input
 * @returns null where no window fits
 */
export function windowGeometry(
  shape: readonly number[],
  kernel: number,
  stride: number,
  padding: Padding,
): Geometry | null {
  const [height, width, channels] = shape as [number, number, number]
  const along = (size: number) => {
    if (padding === 'valid') return { out: Math.floor((size - kernel) / stride) + 1, before: 0, after: 0 }
    const out = Math.ceil(size / stride)
    const total = Math.max((out - 1) * stride + kernel - size, 0)
    return { out, before: total >> 1, after: total - (total >> 1) }
  }
  const rows = along(height)
  const columns = along(width)
  if (rows.out < 1 || columns.out < 1) return null
  return {
    height,
    width,
    channels,
    kernel,
    stride,
    top: rows.before,
    bottom: rows.after,
    left: columns.before,
    right: columns.after,
    outHeight: rows.out,
    outWidth: columns.out,
  }
}
