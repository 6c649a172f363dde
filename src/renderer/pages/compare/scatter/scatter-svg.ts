import { fieldTitle, isRate } from '../axes/field-words'
import type { LaidRuns } from '../axes/laid-runs'
import type { Tick } from '../axes/ticks'
import { colourOf } from '../../../charts/theme'
import { FONT, type PictureBody, type PictureTheme, round, write } from '../../../export/picture'
import type { ChosenRun } from '../chosen-run'
import { type Bins, crossesPath, LANE_Y, type ScatterBox, type ScatterMarks, xOf, yOf } from './scatter-picture'

/** A scatter as it is to be saved. Marks and colours are made for the theme of the picture. */
export interface ScatterDrawing {
  box: ScatterBox
  laid: LaidRuns
  pixels: { x: Float32Array; y: Float32Array }
  ticks: { x: readonly Tick[]; y: readonly Tick[] }
  trend: string
  named: readonly { run: ChosenRun; px: number; py: number; diverged: boolean; out: boolean }[]
  looks: (theme: PictureTheme) => { marks: ScatterMarks; colours: Bins | null }
  /** Field of the colours; empty without one. */
  colour: string
  note: string
}

/** A scatter as the body of a picture. */
export function scatterBody(drawing: ScatterDrawing, theme: PictureTheme): PictureBody {
  const { box, laid, pixels, trend, named, note } = drawing
  const { marks, colours } = drawing.looks(theme)
  const [x, y] = laid.axes.map(({ field }) => field)
  const content = [
    ...axesSvg(drawing, isRate(x!), theme),
    ...marks.points.map(({ colour, size, faint, runs }) => {
      // A point is a line without a length, with round ends: many of them are one short path.
      const path = runs.map((run) => `M${round(pixels.x[run]!)} ${round(pixels.y[run]!)}h0`).join('')
      return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${size}" stroke-linecap="round" stroke-opacity="${faint ? 0.12 : 0.6}"/>`
    }),
    ...marks.crosses
      .filter(({ runs }) => runs.length)
      .map(
        ({ runs, faint }) =>
          `<path d="${crossesPath(runs, pixels)}" fill="none" stroke="${theme.diverged}" stroke-opacity="${faint ? 0.14 : 0.7}"/>`,
      ),
    ...(trend
      ? [`<path d="${trend}" fill="none" stroke="${theme.textDim}" stroke-width="1.4" stroke-dasharray="6 3"/>`]
      : []),
    ...named.map((one) => namedSvg(one, theme)),
  ]
  return {
    title: `${fieldTitle(y!)} against ${fieldTitle(x!)}`,
    notes: [trend ? `${note}; dashed: moving median` : note],
    legend: [
      ...named.map(({ run }) => ({
        label: `${run.letter} ${run.name}`,
        colour: colourOf(run.colour, theme),
        mark: 'dot' as const,
      })),
      ...(colours?.bins ?? []).map(({ words, colour }) => ({
        label: `${fieldTitle(drawing.colour)} ${words}`,
        colour,
        mark: 'dot' as const,
      })),
    ],
    width: box.width,
    height: box.height,
    content,
    x: { name: fieldTitle(x!), at: (box.left + box.right) / 2 },
    y: { name: fieldTitle(y!), at: (box.top + box.bottom) / 2 },
  }
}

function axesSvg({ box, ticks }: ScatterDrawing, rate: boolean, theme: PictureTheme): string[] {
  const label = (text: string, x: number, y: number, anchor: string, fill: string) =>
    write(text, x, y, `font-size="${FONT.label}" text-anchor="${anchor}" fill="${fill}"`)
  return [
    ...ticks.y.flatMap(({ place, text, lane }) => {
      const y = yOf(box, place)
      if (lane === 'diverged')
        return [
          `<rect x="${box.left}" width="${box.right - box.left}" y="${y - LANE_Y / 2}" height="${LANE_Y}" fill="${theme.divergedTint}"/>`,
          label(text, box.left + 6, y + 4, 'start', theme.diverged),
        ]
      return [
        `<path d="M${box.left} ${y}H${box.right}" stroke="${theme.grid}"/>`,
        label(text, box.left - 8, y + 4, 'end', theme.axis),
      ]
    }),
    ...ticks.x.flatMap(({ place, text, lane }) => {
      const x = xOf(box, place)
      return [
        `<path d="M${x} ${box.top}V${box.bottom}" stroke="${theme.grid}"/>`,
        label(text, x, box.height - 8, 'middle', rate && !lane ? theme.lr : theme.axis),
      ]
    }),
  ]
}

function namedSvg({ run, px, py, diverged, out }: ScatterDrawing['named'][number], theme: PictureTheme): string {
  const colour = colourOf(run.colour, theme)
  const mark = diverged
    ? `<path d="M${px - 5} ${py - 5}l10 10m0 -10l-10 10" stroke="${colour}" stroke-width="2.4"/>`
    : `<circle cx="${px}" cy="${py}" r="5" fill="${colour}" stroke="${theme.panel}"/>`
  const halo = `stroke="${theme.panel}" stroke-width="3" paint-order="stroke"`
  const letter = write(
    run.letter,
    px + 9,
    py - 5,
    `font-size="${FONT.label}" font-weight="600" fill="${theme.text}" ${halo}`,
  )
  return `<g${out ? ' opacity="0.2"' : ''}>${mark}${letter}</g>`
}
