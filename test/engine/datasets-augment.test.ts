import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { augmentImages } from '../../src/core/engine/datasets/augment'
import { makeGlyphs } from '../../src/core/engine/datasets/glyphs'
import { specOf } from './dataset-specs'

const OUTSIDE = -1

/** Every place that an image can be moved and mirrored to, by the definition. */
function moved(
  image: readonly number[],
  [height, width, channels]: readonly [number, number, number],
  down: number,
  right: number,
  mirrored: boolean,
) {
  const at = (y: number, x: number, c: number) => {
    const [fromY, shifted] = [y - down, x - right]
    if (fromY < 0 || fromY >= height || shifted < 0 || shifted >= width) return OUTSIDE
    const fromX = mirrored ? width - 1 - shifted : shifted
    return image[(fromY * width + fromX) * channels + c]!
  }
  return image.map((_, i) => at(Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels))
}

describe('shifts and flips', () => {
  it.each([
    [[4, 5, 1], 2, true],
    [[3, 4, 3], 1, true],
    [[2, 2, 1], 5, false],
    [[5, 1, 2], 0, true],
  ] as const)(
    'of images of %j by up to %i pixels are the moves that there are, each as often',
    (shape, shift, flip) => {
      const size = shape[0] * shape[1] * shape[2]
      const image = Array.from({ length: size }, (_, i) => i + 1)
      const spans = Array.from({ length: 2 * shift + 1 }, (_, i) => i - shift)
      const all = spans.flatMap((down) =>
        spans.flatMap((right) =>
          (flip ? [false, true] : [false]).map((mirrored) => moved(image, shape, down, right, mirrored)),
        ),
      )
      const count = 4000
      const images = Float32Array.from({ length: count * size }, (_, i) => image[i % size]!)
      augmentImages(images, shape, { shift, flip }, OUTSIDE, createRng(1))
      const seen = new Map<string, number>()
      for (let n = 0; n < count; n++) {
        const key = images.subarray(n * size, (n + 1) * size).join()
        seen.set(key, (seen.get(key) ?? 0) + 1)
      }
      const expected = new Map<string, number>()
      for (const one of all) expected.set(one.join(), (expected.get(one.join()) ?? 0) + count / all.length)
      expect([...seen.keys()].sort()).toEqual([...expected.keys()].sort())
      for (const [key, times] of expected) expect(Math.abs(seen.get(key)! - times)).toBeLessThan(6 * Math.sqrt(times))
    },
  )
})

describe('an augmented dataset', () => {
  const glyphs = makeGlyphs(specOf({ kind: 'glyphs', train: 50, validation: 10, augment: { shift: 2, flip: true } }))
  const batch = (update: number) => [...glyphs.batch('train', [3, 1, 4], createRng(7, `update ${update}`)).inputs]

  it('gives the same bits for the same seed and update, whatever was asked for between', () => {
    const first = batch(0)
    const second = batch(1)
    glyphs.batch('validation', [0, 1, 2, 3, 4, 5])
    expect(batch(1)).toEqual(second)
    expect(batch(0)).toEqual(first)
    expect(second).not.toEqual(first)
  })

  it('leaves samples as they are where nobody draws, and their values but for what comes in', () => {
    const plain = makeGlyphs(specOf({ kind: 'glyphs', train: 50, validation: 10 }))
    const as = (of: typeof glyphs) => [...of.batch('train', [3, 1, 4]).inputs]
    expect(as(glyphs)).toEqual(as(plain))
    const outside = -plain.summary.mean / plain.summary.std
    const known = new Set([...as(plain), Math.fround(outside)])
    expect(batch(0).every((value) => known.has(value))).toBe(true)
  })
})
