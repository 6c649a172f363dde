import { formatCount } from '../../core/domain/format'
import { plotValues } from '../charts/derived'
import { unbroken } from '../charts/build-stack'
import { type StackBox, toPixel } from '../charts/geometry'
import { type Label, markLabels, xLabels, yLabels, yPixel } from '../charts/labels'
import type { LineView, Points } from '../charts/line-view'
import type { SymbolMark } from '../charts/marks'
import type { PanelView } from '../charts/panel-view'
import { colourOf, dashOf } from '../charts/theme'
import type { ChartSeries, PanelMark, XAxis, XRange } from '../charts/types'
import { plotUnit } from '../charts/y-range'
import {
  type DrawnPicture,
  FONT,
  framedPicture,
  labelWidth,
  type LegendEntry,
  type Picture,
  type PictureTheme,
  round,
  write,
} from './picture'

/** A stack as it is drawn on screen, and what a picture of it says in words. */
export interface PictureSubject {
  title: string
  panels: readonly PanelView[]
  box: StackBox
  range: XRange
  ticks: readonly number[]
  axis: XAxis['kind']
  /** Positions are log10 of what they stand for. */
  log?: boolean
  /** What a metric on the x axis is called. */
  axisName?: string
}

const AXIS_NAMES: Record<XAxis['kind'], string> = {
  step: 'Step',
  epoch: 'Epoch',
  time: 'Time since start',
  wall: 'Wall time',
  'sum-lr': 'Sum of learning rates',
  warmup: 'Steps after warm-up',
  share: 'Share of budget',
  cycle: 'Step of the cycle',
  metric: 'Metric',
}

/** A picture of a stack: what is on screen, at the same size, with title, axis labels and a legend. */
export const chartPicture = (subject: PictureSubject): Picture => ({
  title: subject.title,
  draw: (theme) => chartSvg(subject, theme),
})

/** A stack as SVG. */
export function chartSvg(subject: PictureSubject, theme: PictureTheme): DrawnPicture {
  const { box, title, panels } = subject
  const name = subject.axisName ?? AXIS_NAMES[subject.axis]
  return framedPicture(
    {
      title,
      // What has no room in a panel's head is said above all of them.
      notes: panels.flatMap((view) => (fits(view, box) ? [] : [`${view.panel.title}: ${countOf(view)}`])),
      legend: legendOf(panels, theme),
      width: box.width,
      height: box.height,
      content: [...panels.map((view, i) => panelSvg(view, i, subject, theme)), ...labelsSvg(subject, theme)],
      x: { name: subject.log ? `${name}, log` : name, at: box.plotLeft + box.plotWidth / 2 },
    },
    theme,
  )
}

/** Every line once, however many panels it is in. */
function legendOf(panels: readonly PanelView[], theme: PictureTheme): LegendEntry[] {
  const seen = new Map<string, ChartSeries>()
  for (const { panel } of panels)
    for (const series of panel.series) seen.set(`${series.label} ${JSON.stringify(series.colour)}`, series)
  return [...seen.values()].map(({ label, colour }) => {
    const pattern = dashOf(colour, theme)
    return {
      label,
      colour: colourOf(colour, theme),
      mark: 'line',
      ...(pattern !== 'solid' && { dash: pattern.join(' ') }),
    }
  })
}

function dash({ colour }: ChartSeries, theme: PictureTheme): string {
  const pattern = dashOf(colour, theme)
  return pattern === 'solid' ? '' : ` stroke-dasharray="${pattern.join(' ')}"`
}

const headOf = ({ panel }: PanelView): string => (panel.scale === 'log' ? `${panel.title}, log` : panel.title)
const countOf = ({ panel, count }: PanelView): string => panel.aside ?? count
const fits = (view: PanelView, { plotLeft, plotWidth }: StackBox): boolean =>
  labelWidth(headOf(view)) + labelWidth(countOf(view)) + 24 < plotLeft + plotWidth

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
    ...view.lines.flatMap((line) => bandSvg(line, x, y, theme)),
    ...view.lines.flatMap((line) => lineSvg(line, panel.scale, x, y, theme)),
  ]
  return [
    `<clipPath id="plot-${i}"><rect x="${left}" y="${plot.plotTop - 2}" width="${right - left}" height="${plot.plotHeight + 4}"/></clipPath>`,
    `<path d="${grid}" fill="none" stroke="${theme.grid}"/>`,
    `<g clip-path="url(#plot-${i})">${inside.join('')}</g>`,
    ...view.symbols.map((symbol) => symbolSvg(symbol, x(symbol.x), y(symbol.y), theme)),
    write(headOf(view), 4, plot.top + 17, `font-size="${FONT.head}" font-weight="600" fill="${theme.text}"`),
    ...(fits(view, box)
      ? [
          write(
            countOf(view),
            right,
            plot.top + 17,
            `font-size="${FONT.label}" text-anchor="end" fill="${theme.textDim}"`,
          ),
        ]
      : []),
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

/** The band around a mean: one outline for each unbroken part. */
function bandSvg({ series, main, band }: LineView, x: Place['x'], y: Place['y'], theme: PictureTheme): string[] {
  if (!band) return []
  const opacity = theme.bandAlpha * (series.emphasis === 'dim' ? theme.dimAlpha : 1)
  const outlines = unbroken(band).map(({ from, to }) => {
    const edge = (ys: Float64Array) => Array.from(ys.subarray(from, to), (at, i) => `${x(main.x[from + i]!)} ${y(at)}`)
    return `M${[...edge(band.high), ...edge(band.low).reverse()].join('L')}Z`
  })
  const fill = colourOf(series.colour, theme)
  return outlines.length ? [`<path d="${outlines.join('')}" fill="${fill}" fill-opacity="${opacity}"/>`] : []
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

function labelsSvg({ panels, box, range, ticks, axis, log }: PictureSubject, theme: PictureTheme): string[] {
  const fills: Record<Label['tone'], string> = {
    axis: theme.axis,
    mark: theme.textDim,
    diverged: theme.diverged,
    best: theme.quantities.val,
    lr: theme.lr,
  }
  return [...yLabels(panels, box), ...markLabels(panels, range, box), ...xLabels(ticks, range, box, axis, log)].map(
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
