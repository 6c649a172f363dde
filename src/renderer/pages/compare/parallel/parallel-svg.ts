import { fieldTitle, isRate } from '../axes/field-words'
import type { Span } from '../axes/brush'
import { dashOf, colourOf } from '../../../charts/theme'
import { FONT, type PictureBody, type PictureTheme, write } from '../../../export/picture'
import { type DrawnAxis, fitted, type ParallelBox, yOf } from './parallel-layout'
import type { ChosenLine } from './parallel-picture'

/** Parallel coordinates as they are to be saved; `cloud` is the picture of the runs behind, as an address of its data. */
export interface ParallelDrawing {
  box: ParallelBox
  axes: readonly DrawnAxis[]
  spans: readonly (Span | null)[]
  lines: readonly ChosenLine[]
  cloud: (theme: PictureTheme) => string
  note: string
}

/** Dash of a line, as SVG writes it; runs that diverged have their own. */
function dashText({ run, diverged }: ChosenLine, theme: PictureTheme): string {
  const dash = diverged ? [5, 4] : dashOf(run.colour, theme)
  return dash === 'solid' ? '' : dash.join(' ')
}

/** Parallel coordinates as the body of a picture. */
export function parallelBody(
  { box, axes, spans, lines, cloud, note }: ParallelDrawing,
  theme: PictureTheme,
): PictureBody {
  const { width, height } = box
  const apart = box.xs.length > 1 ? box.xs[1]! - box.xs[0]! - 8 : 160
  const content = [
    `<image href="${cloud(theme)}" width="${width}" height="${height}"/>`,
    ...axes.flatMap((_, i) => axisSvg(axes, i, box, spans[i] ?? null, theme)),
    ...lines.map((line) => {
      const dash = dashText(line, theme)
      return `<path d="${line.path}" fill="none" stroke="${colourOf(line.run.colour, theme)}" stroke-width="2"${dash && ` stroke-dasharray="${dash}"`}${line.under ? '' : ` stroke-opacity="${theme.dimAlpha}"`}/>`
    }),
    // Over the lines: what cannot be read says nothing.
    ...axes.flatMap((_, i) => labelsSvg(axes, i, box, theme)),
    ...axes.map(({ axis }, i) => {
      const end = i === 0 ? 'start' : i === axes.length - 1 ? 'end' : 'middle'
      const x = i === 0 ? 4 : i === axes.length - 1 ? width - 4 : box.xs[i]!
      const fill = isRate(axis.field) ? theme.lr : theme.text
      const title = fitted(fieldTitle(axis.field), end === 'middle' ? apart : apart * 0.8)
      return write(title, x, 15, `font-size="${FONT.head}" font-weight="600" text-anchor="${end}" fill="${fill}"`)
    }),
  ]
  return {
    title: 'Parallel coordinates',
    notes: [note],
    legend: lines.map((line) => ({
      label: `${line.run.letter} ${line.run.name}${line.diverged ? ', diverged' : ''}`,
      colour: colourOf(line.run.colour, theme),
      mark: 'line',
      dash: dashText(line, theme),
    })),
    width,
    height,
    content,
  }
}

function axisSvg(
  axes: readonly DrawnAxis[],
  i: number,
  box: ParallelBox,
  span: Span | null,
  theme: PictureTheme,
): string[] {
  const { axis, ticks } = axes[i]!
  const x = box.xs[i]!
  const colour = isRate(axis.field) ? theme.lr : theme.focus
  return [
    `<path d="M${x} ${box.top}V${box.bottom}" stroke="${theme.axis}"/>`,
    ...ticks.map(({ place, lane }) => {
      const half = lane ? 9 : 3
      return `<path d="M${x - half} ${yOf(box, place)}h${2 * half}" stroke="${lane === 'diverged' ? theme.diverged : theme.axis}"/>`
    }),
    ...(span
      ? [
          `<rect x="${x - 7}" width="14" y="${yOf(box, span.to) - 2}" height="${yOf(box, span.from) - yOf(box, span.to) + 4}" rx="3" fill="${colour}" fill-opacity="0.14" stroke="${colour}"/>`,
        ]
      : []),
  ]
}

function labelsSvg(axes: readonly DrawnAxis[], i: number, box: ParallelBox, theme: PictureTheme): string[] {
  const { axis, ticks } = axes[i]!
  const last = i === axes.length - 1
  return ticks.map(({ place, text, lane }) => {
    const fill = lane === 'diverged' ? theme.diverged : isRate(axis.field) && !lane ? theme.lr : theme.textDim
    const at = `text-anchor="${last ? 'start' : 'end'}" fill="${fill}"`
    const halo = `stroke="${theme.panel}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`
    return write(text, box.xs[i]! + (last ? 12 : -12), yOf(box, place) + 4, `font-size="${FONT.label}" ${at} ${halo}`)
  })
}
