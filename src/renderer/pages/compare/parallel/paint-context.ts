import { addLines, coverOf, type Density, type Layer, type Lines, paintLayers } from './density'

export interface ContextColours {
  line: string
  diverged: string
}

type Runs = Record<'outside' | 'outsideDiverged' | 'inside' | 'insideDiverged', readonly number[]>

/** How much fainter what lies outside the brushes is. */
const OUTSIDE = 0.22

/**
 * The picture of the runs behind: their lines as a cloud, those outside the brushes faint, those that diverged in their
 * own colour. Pure: the same input gives the same pixels, for the page and for a picture to save.
 */
export function contextPixels(
  size: { width: number; height: number },
  lines: Lines,
  runs: Runs,
  colours: ContextColours,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(size.width * size.height * 4)
  const all = Object.values(runs).reduce((sum, list) => sum + list.length, 0)
  const cover = coverOf(all)
  const layer = (which: readonly number[], colour: string, share: number): Layer[] =>
    which.length
      ? [{ density: densityOf(size, lines, which), colour: channels(colour), cover: Math.min(0.6, cover * share) }]
      : []
  paintLayers(pixels, [
    ...layer(runs.outside, colours.line, OUTSIDE),
    ...layer(runs.outsideDiverged, colours.diverged, OUTSIDE),
    ...layer(runs.inside, colours.line, 1),
    ...layer(runs.insideDiverged, colours.diverged, 1),
  ])
  return pixels
}

function densityOf(
  { width, height }: { width: number; height: number },
  lines: Lines,
  runs: readonly number[],
): Density {
  const density = { width, height, counts: new Float32Array(width * height) }
  addLines(density, lines, Uint32Array.from(runs))
  return density
}

/** Red, green and blue of a token such as #9aa2ad. */
export function channels(colour: string): [number, number, number] {
  const [, digits = '888888'] = /^#([0-9a-f]{6})$/i.exec(colour.trim()) ?? []
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as [number, number, number]
}
