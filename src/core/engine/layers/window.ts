import { type Geometry, type Padding, windowGeometry } from '../ops/geometry'
import type { LayerContext } from './layer'

export const IMAGE = 'an image of height × width × channels'

/** Geometry of a layer's window over its input. @throws AppError spec.invalid where the input is no image or too small */
export function windowOver(context: LayerContext, kernel: number, stride: number, padding: Padding): Geometry {
  if (context.shape.length !== 3) context.refuse(IMAGE)
  const geometry = windowGeometry(context.shape, kernel, stride, padding)
  return geometry ?? context.refuse(`an image of at least ${kernel} × ${kernel}, or padding same`)
}
