import { formatCount } from '../../core/domain/format'
import { plotValues } from '../charts/derived'
import { type StackBox, toPixel } from '../charts/geometry'
import { type Label, markLabels, xLabels, yLabels, yPixel } from '../charts/labels'
import type { LineView, Points } from '../charts/line-view'
import type { SymbolMark } from '../charts/marks'
import type { PanelView } from '../charts/panel-view'
import { type ChartTheme, colourOf, dashOf } from '../charts/theme'
import type { ChartSeries, PanelMark, XAxis, XRange } from '../charts/types'
import { plotUnit } from '../charts/y-range'

/** A stack as it is drawn on screen, and what a picture of it says in words. */
export interface PictureSubject {
  title: string
  panels: readonly PanelView[]
  box: StackBox
  range: XRange
  ticks: readonly number[]
  axis: XAxis['kind']
}

/** Colours of a picture: those of charts, and of the text that the page draws itself. */
export interface PictureTheme extends ChartTheme {
  text: string
  textDim: string
}

/** Sizes in px: nothing is smaller than 11, so that a picture can be read in half a column. */
const FONT = { title: 15, head: 12, label: 11 }
const FAMILY = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
const MARGIN = 12
const TITLE = 30
const LEGEND_ROW = 20
const AXIS_NAME = 18
/** Advance of a character of the legend, a little generous. */
const CHARACTER = 7.2

const AXIS_NAMES: Partial<Record<string, string>> = {
  step: 'Step',
  epoch: 'Epoch',
  time: 'Wall time',
  'sum-lr': 'Sum of learning rates',
}

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '�')
const round = (x: number): number => Math.round(x * 100) / 100

const write = (text: string, x: number, y: number, attributes: string): string =>
  `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escape(text)}</text>`

/**
 * A picture of a stack as SVG: what is on screen, at the same size, with title, axis labels and a legend. It needs
 * nothing from outside: colours and sizes are attributes, fonts those of the reader's system. It holds no script and no
 * style.
 */
export function chartSvg(subject: PictureSubject, theme: PictureTheme): { svg: string; width: number; height: number } {
  const { box, title, panels } = subject
  const legend = legendRows(panels, box.width)
  const width = Math.round(box.width + 2 * MARGIN)
  const top = MARGIN + TITLE + legend.length * LEGEND_ROW
  const height = Math.round(top + box.height + AXIS_NAME + MARGIN)
  const parts = [
    `<rect width="${width}" height="${height}" fill="${theme.panel}"/>`,
    write(title, MARGIN + 4, MARGIN + 18, `font-size="${FONT.title}" font-weight="600" fill="${theme.text}"`),
    ...legend.flatMap((row, r) => row.map((entry) => legendEntry(entry, MARGIN + TITLE + r * LEGEND_ROW, theme))),
    `<g transform="translate(${MARGIN} ${top})">`,
    ...panels.map((view, i) => panelSvg(view, i, subject, theme)),
    ...labelsSvg(subject, theme),
    '</g>',
    write(
      AXIS_NAMES[subject.axis] ?? subject.axis,
      MARGIN + box.plotLeft + box.plotWidth / 2,
      height - MARGIN,
      `font-size="${FONT.label}" text-anchor="middle" fill="${theme.textDim}"`,
    ),
  ]
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FAMILY}">\n<title>${escape(title)}</title>\n${parts.join('\n')}\n</svg>\n`
  return { svg, width, height }
}

interface LegendEntry {
  series: ChartSeries
  x: number
}

/** Every line once, however many panels it is in, broken into rows that fit. */
function legendRows(panels: readonly PanelView[], width: number): LegendEntry[][] {
  const seen = new Map<string, ChartSeries>()
  for (const { panel } of panels)
    for (const series of panel.series) seen.set(`${series.label} ${JSON.stringify(series.colour)}`, series)
  const rows: LegendEntry[][] = []
  let x = Infinity
  for (const series of seen.values()) {
    const space = 22 + series.label.length * CHARACTER + 16
    if (x + space > width) {
      rows.push([])
      x = 4
    }
    rows.at(-1)!.push({ series, x })
    x += space
  }
  return rows
}

function legendEntry({ series, x }: LegendEntry, y: number, theme: PictureTheme): string {
  const stroke = `stroke="${colourOf(series.colour, theme)}" stroke-width="2"${dash(series, theme)}`
  return [
    `<path d="M${MARGIN + x} ${y + 8}h18" fill="none" ${stroke}/>`,
    write(series.label, MARGIN + x + 23, y + 12, `font-size="${FONT.label}" fill="${theme.text}"`),
  ].join('')
}

function dash({ colour }: ChartSeries, theme: PictureTheme): string {
  const pattern = dashOf(colour, theme)
  return pattern === 'solid' ? '' : ` stroke-dasharray="${pattern.join(' ')}"`
}

function panelSvg(view: PanelView, i: number, { box, range, ticks }: PictureSubject, theme: PictureTheme): string {
  const plot = box.panels[i]!
  const { panel, axis } = view
  const [left, right] = [box.plotLeft, box.plotLeft + box.plotWidth]
  const bottom = plot.plotTop + plot.plotHeight
  const x = (at: number) => round(toPixel(at, range, box))
  const y = (at: number) => round(yPixel(at, axis, plot))
  const grid = [
    ...axis.ticks.map((tick) => `M${left} ${y(plotUnit(tick, panel.scale))}H${right}`),
    ...ticks.map((tick) => `M${x(tick)} ${plot.plotTop}V${bottom}`),
  ].join('')
  const inside = [
    ...(panel.marks ?? []).map((mark) => markSvg(mark, view, { x, y, left, right, top: plot.plotTop, bottom }, theme)),
    ...view.lines.flatMap((line) => lineSvg(line, panel.scale, x, y, theme)),
  ]
  return [
    `<clipPath id="plot-${i}"><rect x="${left}" y="${plot.plotTop - 2}" width="${right - left}" height="${plot.plotHeight + 4}"/></clipPath>`,
    `<path d="${grid}" fill="none" stroke="${theme.grid}"/>`,
    `<g clip-path="url(#plot-${i})">${inside.join('')}</g>`,
    ...view.symbols.map((symbol) => symbolSvg(symbol, x(symbol.x), y(symbol.y), theme)),
    write(
      panel.scale === 'log' ? `${panel.title}, log` : panel.title,
      4,
      plot.top + 17,
      `font-size="${FONT.head}" font-weight="600" fill="${theme.text}"`,
    ),
    write(
      panel.aside ?? view.count,
      right,
      plot.top + 17,
      `font-size="${FONT.label}" text-anchor="end" fill="${theme.textDim}"`,
    ),
  ].join('\n')
}

interface Place {
  x(at: number): number
  y(at: number): number
  left: number
  right: number
  top: number
  bottom: number
}

function markSvg(mark: PanelMark, { panel }: PanelView, at: Place, theme: PictureTheme): string {
  if (mark.kind === 'area') {
    const [from, to] = [Math.max(at.left, at.x(mark.from)), Math.min(at.right, at.x(mark.to))]
    const fill = mark.tone === 'diverged' ? theme.divergedTint : theme.phaseTint
    return `<rect x="${from}" y="${at.top}" width="${Math.max(0, to - from)}" height="${at.bottom - at.top}" fill="${fill}"/>`
  }
  if (mark.kind === 'level')
    return `<path d="M${at.left} ${at.y(plotUnit(mark.value, panel.scale))}H${at.right}" fill="none" stroke="${theme.lr}" stroke-dasharray="5 4"/>`
  const stroke = mark.kind === 'diverged' ? theme.diverged : theme.axis
  return `<path d="M${at.x(mark.x)} ${at.top}V${at.bottom}" fill="none" stroke="${stroke}" stroke-dasharray="3 3"/>`
}

function lineSvg(line: LineView, scale: 'linear' | 'log', x: Place['x'], y: Place['y'], theme: PictureTheme): string[] {
  const { series, main, ghost } = line
  const stroke = colourOf(series.colour, theme)
  const opacity = series.emphasis === 'dim' ? ` stroke-opacity="${theme.dimAlpha}"` : ''
  const weight = series.emphasis === 'focus' ? theme.lineFocus : theme.line
  const path = (points: Points, more: string) =>
    `<path d="${pathOf(points, x, y)}" fill="none" stroke="${stroke}" stroke-linejoin="round" ${more}/>`
  const { planned } = series
  const ahead = planned && { x: planned.x, y: plotValues(planned.values, scale) }
  return [
    ...(ghost ? [path(ghost, `stroke-width="${theme.ghost}" stroke-opacity="${theme.ghostAlpha}"`)] : []),
    ...(ahead && ahead.x.length ? [path(ahead, `stroke-width="${weight}" stroke-dasharray="2 3"${opacity}`)] : []),
    path(main, `stroke-width="${weight}"${dash(series, theme)}${opacity}`),
  ]
}

/** A line through points; what is not finite breaks it. */
function pathOf(points: Points, x: Place['x'], y: Place['y']): string {
  let pen = 'M'
  let path = ''
  for (let i = 0; i < points.x.length; i++) {
    if (!Number.isFinite(points.y[i]!)) {
      pen = 'M'
      continue
    }
    path += `${pen}${x(points.x[i]!)} ${y(points.y[i]!)}`
    pen = 'L'
  }
  return path
}

const SHAPES: Record<SymbolMark['kind'], string> = {
  cross: '<path d="M-5 -5L5 5M-5 5L5 -5"',
  up: '<path d="M0 0L5 9L-5 9Z"',
  down: '<path d="M0 0L5 -9L-5 -9Z"',
  best: '<circle r="4"',
  live: '<circle r="3.5"',
  dot: '<circle r="2.5"',
}

function symbolSvg({ kind, series }: SymbolMark, x: number, y: number, theme: PictureTheme): string {
  const colour = colourOf(series.colour, theme)
  const fill = kind === 'dot' ? colour : kind === 'cross' ? 'none' : theme.panel
  const shape = (stroke: string, width: number) =>
    `${SHAPES[kind]} transform="translate(${x} ${y})" fill="${fill}" stroke="${stroke}" stroke-width="${width}"/>`
  // A mark of non-finite points stands out from a noisy line of its own colour.
  return kind === 'cross' ? shape(theme.panel, 5.5) + shape(colour, 2.2) : shape(colour, 1.8)
}

function labelsSvg({ panels, box, range, ticks, axis }: PictureSubject, theme: PictureTheme): string[] {
  const fills: Record<Label['tone'], string> = {
    axis: theme.axis,
    mark: theme.textDim,
    diverged: theme.diverged,
    best: theme.quantities.val,
    lr: theme.lr,
  }
  return [...yLabels(panels, box), ...markLabels(panels, range, box), ...xLabels(ticks, range, box, axis)].map(
    ({ text, x, y, anchor, tone }) =>
      write(text, x, y, `font-size="${FONT.label}" text-anchor="${anchor}" fill="${fills[tone]}"`),
  )
}

/** "Loss, Learning rate, 4 runs": what a picture is called where nobody has named it. */
export function pictureTitle(panels: readonly PanelView[]): string {
  const names = panels.map(({ panel }) => panel.title).join(', ')
  const lines = new Set(panels.flatMap(({ panel }) => panel.series.map(({ label }) => label)))
  if (lines.size === 0) return names
  return lines.size <= 3 ? `${names}: ${[...lines].join(', ')}` : `${names}, ${formatCount(lines.size)} lines`
}
