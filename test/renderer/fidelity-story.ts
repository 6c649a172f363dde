import { createRng } from '../../src/core/domain/rng'

/** What a curve must show: spikes of a single step, and runs of points that are no number. */
export interface FidelityStory {
  steps: number
  values: Float64Array
  spikes: { step: number; value: number }[]
  nonFinite: { step: number; count: number }[]
}

/** Level that the curve keeps but for its events; its noise is thinner than a mark. */
export const LEVEL = 0.5
const KINDS = [NaN, Infinity, NaN, -Infinity]
const LENGTHS = [1, 1, 1, 10, 1, 1, 1, 300]

/**
 * A flat curve with events at equal distances: three pairs of spikes of one step, up and twenty steps later down, then a
 * run of points that are no number, again and again. Events have pixel columns of their own where the plot is wide
 * enough; a pair shares one.
 */
export function fidelityStory(steps: number, events: number): FidelityStory {
  const rng = createRng(6, 'fidelity')
  const values = Float64Array.from({ length: steps }, () => LEVEL * (1 + 0.01 * (rng.next() - 0.5)))
  const story: FidelityStory = { steps, values, spikes: [], nonFinite: [] }
  for (let i = 0; i < events; i++) {
    const step = Math.floor(((i + 0.5) / events) * steps) + rng.int(7)
    if (i % 4 < 3) {
      for (const [at, factor] of [
        [step, 2 + 8 * rng.next()],
        [step + 20, 1 / (2 + 8 * rng.next())],
      ] as const) {
        values[at] = LEVEL * factor
        story.spikes.push({ step: at, value: LEVEL * factor })
      }
    } else {
      const nth = story.nonFinite.length
      const count = LENGTHS[nth % LENGTHS.length]!
      values.fill(KINDS[nth % KINDS.length]!, step, step + count)
      story.nonFinite.push({ step, count })
    }
  }
  return story
}

/** Where a plot lies on its canvas in px, and what its axes show; y in log10 of the value. */
export interface PlotBox {
  left: number
  width: number
  top: number
  height: number
  from: number
  to: number
  low: number
  high: number
}

/** Pixels of the line's colour as "x,y". */
export type Inked = ReadonlySet<string>

/** Half the line and the rounding of the canvas, in px. */
const NEAR = 1
/** A mark begins farther from the level than the line is thick, and is this large, in px. */
const OFF = { from: 3, to: 9 }
const MARK_HALF = 6

/**
 * What of a story the pixels do not show.
 * A spike must reach the pixel row of its value; a run of points that are no number must have ink beside the curve's
 * level, or at the upper edge, in its columns: a break of the line alone is not seen where many steps share a pixel.
 */
export function missing({ spikes, nonFinite }: FidelityStory, box: PlotBox, inked: Inked) {
  const column = (step: number) => box.left + ((step - box.from) / (box.to - box.from)) * box.width
  const row = (value: number) => box.top + (1 - (Math.log10(value) - box.low) / (box.high - box.low)) * box.height
  const within = (step: number) => step > box.from && step < box.to
  const ink = (x: number, rx: number, from: number, to: number): boolean => {
    for (let px = Math.floor(x - rx); px <= Math.ceil(x + rx); px++)
      for (let py = Math.floor(from); py <= Math.ceil(to); py++) if (inked.has(`${px},${py}`)) return true
    return false
  }
  const level = row(LEVEL)
  return {
    spikes: spikes.filter(({ step, value }) => {
      const y = row(value) - 0.5
      return within(step) && !ink(column(step) - 0.5, NEAR, y - NEAR, y + NEAR)
    }),
    nonFinite: nonFinite.filter(({ step }) => {
      const x = column(step)
      const beside = ink(x, MARK_HALF, level - OFF.to, level - OFF.from)
      const atTop = ink(x, MARK_HALF, box.top, box.top + MARK_HALF)
      return within(step) && !beside && !atTop
    }),
  }
}
