import { createHash } from 'node:crypto'
import { createRng, type Rng } from '../../domain/rng'
import type { DatasetOf } from '../../domain/spec/datasets'
import type { Dataset } from './dataset'
import { imageDataset, type Images } from './image-dataset'

type GlyphsSpec = DatasetOf<'glyphs'>

const SIZE = 8

/** Strokes of a display with seven segments: first and last cell, row and column, in a box of 7 × 4. */
const STROKES: Record<string, readonly [number, number, number, number]> = {
  a: [0, 0, 0, 3],
  b: [0, 3, 3, 3],
  c: [3, 3, 6, 3],
  d: [6, 0, 6, 3],
  e: [3, 0, 6, 0],
  f: [0, 0, 3, 0],
  g: [3, 0, 3, 3],
}

/** The digits 0 to 9. */
const GLYPHS = ['abcdef', 'bc', 'abged', 'abgcd', 'fgbc', 'afgcd', 'afgedc', 'abc', 'abcdefg', 'abcdfg']

/**
 * 8 × 8 characters drawn from strokes, each sample shifted by up to a cell, of its own brightness, one in two thickened,
 * with normal noise. Labels go round the classes, so that each has its share.
 */
export function makeGlyphs(spec: GlyphsSpec): Dataset {
  const rng = createRng(spec.seed, 'glyphs')
  const train = draw(spec.train, spec, rng.fork('train'))
  const validation = draw(spec.validation, spec, rng.fork('validation'))
  const hash = createHash('sha256')
  for (const { pixels, labels } of [train, validation]) hash.update(pixels).update(labels)
  return imageDataset(
    { train, validation },
    { kind: 'glyphs', label: 'Glyphs', shape: [SIZE, SIZE, 1], classes: spec.classes, sha256: hash.digest('hex') },
    spec,
  )
}

function draw(count: number, { classes, noise }: GlyphsSpec, rng: Rng): Images {
  const images = { pixels: new Uint8Array(count * SIZE * SIZE), labels: new Uint8Array(count) }
  const canvas = new Float64Array(SIZE * SIZE)
  for (let n = 0; n < count; n++) {
    images.labels[n] = n % classes
    canvas.fill(0)
    const top = rng.int(2)
    const left = 1 + rng.int(3)
    const brightness = 0.6 + 0.4 * rng.next()
    const thick = rng.next() < 0.5
    for (const stroke of GLYPHS[n % classes]!) {
      const [fromRow, fromColumn, toRow, toColumn] = STROKES[stroke]!
      for (let row = fromRow; row <= toRow; row++)
        for (let column = fromColumn; column <= toColumn; column++) {
          const at = (top + row) * SIZE + left + column
          canvas[at] = brightness
          if (thick && left + column + 1 < SIZE) canvas[at + 1] = brightness
        }
    }
    for (let i = 0; i < canvas.length; i++) {
      const value = canvas[i]! + noise * rng.normal()
      images.pixels[n * canvas.length + i] = Math.round(255 * Math.min(Math.max(value, 0), 1))
    }
  }
  return images
}
