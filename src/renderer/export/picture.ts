import type { ChartTheme } from '../charts/theme'

/** Colours of a picture: those of charts, and of the text that the page draws itself. */
export interface PictureTheme extends ChartTheme {
  text: string
  textDim: string
  focus: string
}

/** A picture as SVG, and its size in px. */
export interface DrawnPicture {
  svg: string
  width: number
  height: number
}

/** Something that can be saved as a picture, in the colours of either theme. */
export interface Picture {
  title: string
  draw(theme: PictureTheme): DrawnPicture
}

/** One line of a legend: a piece of line, or a dot, in front of its words. */
export interface LegendEntry {
  label: string
  colour: string
  mark: 'line' | 'dot'
  /** Dash pattern of the piece of line. */
  dash?: string
}

/** What a frame goes around: a drawing of some size, and what it is in words. */
export interface PictureBody {
  title: string
  /** Lines of small text under the title. */
  notes?: readonly string[]
  legend: readonly LegendEntry[]
  width: number
  height: number
  /** Elements, in px from the drawing's top left. */
  content: readonly string[]
  /** Names of the axes: below the drawing, and turned at its left. */
  x?: { name: string; at: number }
  y?: { name: string; at: number }
}

/** Sizes in px: nothing is smaller than 11, so that a picture can be read in half a column. */
export const FONT = { title: 15, head: 12, label: 11 }
const FAMILY = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
export const MARGIN = 12
const TITLE = 30
const NOTE = 18
const LEGEND_ROW = 20
const AXIS_NAME = 18
/** Advance of a character of a label, a little generous. */
const CHARACTER = 7.2

/** Text as SVG holds it: no markup, no character that XML has no place for. */
export const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '�')
export const round = (x: number): number => Math.round(x * 100) / 100

/** A text element; attributes as they are written. */
export const write = (text: string, x: number, y: number, attributes: string): string =>
  `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escape(text)}</text>`

/** Room of a label, in px. */
export const labelWidth = (text: string): number => text.length * CHARACTER

/** A label that fits into so many px, with an ellipsis where it was cut. */
export function fittedLabel(text: string, width: number): string {
  const most = Math.max(2, Math.floor(width / CHARACTER))
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

/**
 * A picture with a title, a legend and the names of its axes around a drawing. It needs nothing from outside: colours
 * and sizes are attributes, fonts those of the reader's system. It holds no script and no style.
 */
export function framedPicture(body: PictureBody, theme: PictureTheme): DrawnPicture {
  const { title, notes = [], content } = body
  const left = MARGIN + (body.y ? AXIS_NAME : 0)
  const legend = legendRows(body.legend, body.width)
  const head = MARGIN + TITLE + notes.length * NOTE
  const width = Math.round(body.width + left + MARGIN)
  const top = head + legend.length * LEGEND_ROW
  const height = Math.round(top + body.height + (body.x ? AXIS_NAME : 0) + MARGIN)
  const name = `font-size="${FONT.label}" text-anchor="middle" fill="${theme.textDim}"`
  const parts = [
    `<rect width="${width}" height="${height}" fill="${theme.panel}"/>`,
    write(title, MARGIN + 4, MARGIN + 18, `font-size="${FONT.title}" font-weight="600" fill="${theme.text}"`),
    ...notes.map((note, i) =>
      write(note, MARGIN + 4, MARGIN + TITLE + 6 + i * NOTE, `font-size="${FONT.label}" fill="${theme.textDim}"`),
    ),
    ...legend.flatMap((row, r) => row.map(({ entry, x }) => legendEntry(entry, x, head + r * LEGEND_ROW, theme))),
    `<g transform="translate(${left} ${top})">`,
    ...content,
    '</g>',
    ...(body.x ? [write(body.x.name, left + body.x.at, height - MARGIN, name)] : []),
    ...(body.y
      ? [write(body.y.name, 0, 0, `${name} transform="translate(${MARGIN + 8} ${top + body.y.at}) rotate(-90)"`)]
      : []),
  ]
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FAMILY}">\n<title>${escape(title)}</title>\n${parts.join('\n')}\n</svg>\n`
  return { svg, width, height }
}

/** Entries broken into rows that fit. */
function legendRows(entries: readonly LegendEntry[], width: number): { entry: LegendEntry; x: number }[][] {
  const rows: { entry: LegendEntry; x: number }[][] = []
  let x = Infinity
  for (const entry of entries) {
    const space = 22 + labelWidth(entry.label) + 16
    if (x + space > width) {
      rows.push([])
      x = 4
    }
    rows.at(-1)!.push({ entry, x })
    x += space
  }
  return rows
}

function legendEntry({ label, colour, mark, dash }: LegendEntry, x: number, y: number, theme: PictureTheme): string {
  const dashes = dash ? ` stroke-dasharray="${dash}"` : ''
  return [
    mark === 'line'
      ? `<path d="M${MARGIN + x} ${y + 8}h18" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>`
      : `<circle cx="${MARGIN + x + 13}" cy="${y + 8}" r="4.5" fill="${colour}"/>`,
    write(label, MARGIN + x + 23, y + 12, `font-size="${FONT.label}" fill="${theme.text}"`),
  ].join('')
}
