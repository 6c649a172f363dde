import type { Rng } from '../../domain/rng'
import type { Augment } from '../../domain/spec/datasets'

/** Height, width and channels of an image. */
export type ImageShape = readonly [number, number, number]

/**
 * Changes images in place as a spec asks for: moved by a whole number of pixels, drawn evenly from −shift to shift for
 * each direction, what comes in from outside being `background`; mirrored left to right one time in two.
 * Each image takes the same number of draws, whatever they say.
 *
 * @param images one after the other, channels last
 */
export function augmentImages(
  images: Float32Array,
  [height, width, channels]: ImageShape,
  { shift, flip }: Augment,
  background: number,
  rng: Rng,
): void {
  const row = width * channels
  const size = height * row
  const original = new Float32Array(size)
  for (let from = 0; from < images.length; from += size) {
    const down = shift ? rng.int(2 * shift + 1) - shift : 0
    const right = shift ? rng.int(2 * shift + 1) - shift : 0
    const mirrored = flip && rng.next() < 0.5
    const image = images.subarray(from, from + size)
    if (mirrored) mirror(image, row, channels)
    if (!down && !right) continue
    original.set(image)
    image.fill(background)
    const firstColumn = Math.max(0, -right) * channels
    const lastColumn = (width - Math.max(0, right)) * channels
    if (lastColumn <= firstColumn) continue
    for (let y = Math.max(0, -down); y < height - Math.max(0, down); y++) {
      const line = original.subarray(y * row + firstColumn, y * row + lastColumn)
      image.set(line, (y + down) * row + firstColumn + right * channels)
    }
  }
}

/** Left to right. */
function mirror(image: Float32Array, row: number, channels: number): void {
  for (let start = 0; start < image.length; start += row)
    for (let left = start, right = start + row - channels; left < right; left += channels, right -= channels)
      for (let c = 0; c < channels; c++) {
        const value = image[left + c]!
        image[left + c] = image[right + c]!
        image[right + c] = value
      }
}
