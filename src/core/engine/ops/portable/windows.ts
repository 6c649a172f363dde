import type { Geometry } from '../geometry'

/**
 * Calls back for each place of a window over a batch of images.
 *
 * @param visit gets the place's number (over the batch) and the part of the window that lies inside of the image: rows of
 *   cells from `firstRow` to before `endRow` counted over the batch, columns likewise, and where the window's own first
 *   cell would be
 */
export function eachWindow(
  g: Geometry,
  samples: number,
  visit: (
    place: number,
    firstRow: number,
    endRow: number,
    firstColumn: number,
    endColumn: number,
    topRow: number,
    leftColumn: number,
  ) => void,
): void {
  const { height, width, kernel, stride, outHeight, outWidth } = g
  const rows = samples * outHeight
  for (let row = 0, place = 0; row < rows; row++) {
    const image = Math.floor(row / outHeight) * height
    const top = (row % outHeight) * stride - g.top
    const firstRow = image + Math.max(top, 0)
    const endRow = image + Math.min(top + kernel, height)
    for (let column = 0; column < outWidth; column++, place++) {
      const left = column * stride - g.left
      visit(place, firstRow, endRow, Math.max(left, 0), Math.min(left + kernel, width), image + top, left)
    }
  }
}
