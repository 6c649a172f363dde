/** Lines of many runs between axes: pixel of each run on each axis, run by run. */
export interface Lines {
  /** Whole pixels, ascending. */
  xs: readonly number[]
  /** `xs.length` numbers a run. */
  ys: Float32Array
}

/** How often each pixel of a picture is crossed, row by row. */
export interface Density {
  width: number
  height: number
  counts: Float32Array
}

/**
 * Draws the lines of some runs by counting how many cross each pixel: thousands of lines cost no more than the pixels
 * that they cross, and where many lie on each other it shows. A line is level at its axes, as `linePath` draws it, and
 * in every column of pixels it counts one in all, shared between the two pixels that it lies between. Lines that are
 * the same between two axes are drawn once, with their number.
 *
 * @param runs numbers of the runs to draw
 */
export function addLines(into: Density, { xs, ys }: Lines, runs: Uint32Array): void {
  for (let gap = 1; gap < xs.length; gap++) addGap(into, { xs, ys }, runs, gap)
}

function addGap(into: Density, { xs, ys }: Lines, runs: Uint32Array, gap: number): void {
  const { width, height, counts } = into
  const axes = xs.length
  const [x0, x1] = [Math.round(xs[gap - 1]!), Math.round(xs[gap]!)]
  const rise = riseBetween(x1 - x0)
  const last = height - 2
  const inside = (y: number) => Math.min(last, Math.max(0, Math.round(y)))
  const same = new Uint32Array(height * height)
  for (const run of runs) same[inside(ys[run * axes + gap - 1]!) * height + inside(ys[run * axes + gap]!)]!++
  for (const run of runs) {
    const from = inside(ys[run * axes + gap - 1]!)
    const to = inside(ys[run * axes + gap]!)
    const weight = same[from * height + to]!
    if (weight === 0) continue
    same[from * height + to] = 0
    for (let i = 0; i < rise.length; i++) {
      const y = from + (to - from) * rise[i]!
      const row = y | 0
      const at = row * width + x0 + i
      const below = (y - row) * weight
      counts[at]! += weight - below
      counts[at + width]! += below
    }
  }
}

/** Share of the way from one axis to the next at each pixel between them: level at both ends. */
function riseBetween(pixels: number): Float32Array {
  return Float32Array.from({ length: Math.max(0, pixels) }, (_, i) => {
    const t = i / pixels
    return t * t * (3 - 2 * t)
  })
}

/** A layer of a picture: what is crossed, its colour (0 to 255 each), and how much one line covers (0 to 1). */
export interface Layer {
  density: Density
  colour: readonly [number, number, number]
  cover: number
}

/** How much one of so many lines covers: few are seen each by itself, thousands as a cloud. */
export const coverOf = (lines: number): number => Math.min(0.5, Math.max(0.014, 2.2 / Math.sqrt(Math.max(1, lines))))

/** Lays layers over each other, the last one on top, into red, green, blue and alpha. */
export function paintLayers(pixels: Uint8ClampedArray, layers: readonly Layer[]): void {
  for (let i = 0; i < pixels.length / 4; i++) {
    // Colours times their alpha, until the last layer is on.
    let [red, green, blue, alpha] = [0, 0, 0, 0]
    for (const { density, colour, cover } of layers) {
      const crossed = density.counts[i]!
      if (crossed === 0) continue
      const over = 1 - (1 - cover) ** crossed
      red += (colour[0] - red) * over
      green += (colour[1] - green) * over
      blue += (colour[2] - blue) * over
      alpha += (1 - alpha) * over
    }
    if (alpha === 0) continue
    const at = i * 4
    pixels[at] = red / alpha
    pixels[at + 1] = green / alpha
    pixels[at + 2] = blue / alpha
    pixels[at + 3] = 255 * alpha
  }
}
