/** Colours of the run palette; further runs repeat them with dashes. */
export const RUN_COLOURS = 12

/** A run's place in the palette, from 1 on, and the dash of its lines where that means something of its own. */
export interface RunColour {
  run: number
  dash?: 0 | 1 | 2
}

/** Colour 1 to 12 and dash (0 solid, 1 dashed, 2 dotted) of a run's place in the palette. */
export function runStyle(run: number): { colour: number; dash: 0 | 1 | 2 } {
  const place = Math.max(1, Math.floor(run)) - 1
  return { colour: (place % RUN_COLOURS) + 1, dash: (Math.floor(place / RUN_COLOURS) % 3) as 0 | 1 | 2 }
}
