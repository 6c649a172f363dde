import { type StackBox, toPixel } from './geometry'
import type { PanelView } from './panel-view'
import type { PanelMark, XAxis, XRange } from './types'
import { axisTexts, xText } from './value-text'
import { plotUnit, type YAxis } from './y-range'

/** A piece of text in a stack, in px from its top left; y is the baseline. */
export interface Label {
  key: string
  text: string
  x: number
  y: number
  anchor: 'start' | 'middle' | 'end'
  tone: 'axis' | 'mark' | 'diverged' | 'best' | 'lr'
}

/** Advance of a character at the axis and mark sizes, in px; a little generous, so that labels keep apart. */
const CHARACTER = 6
const LINE = 12
export const textWidth = (text: string): number => text.length * CHARACTER

/** Pixel of a value (in plot units) on a panel's y axis. */
export const yPixel = (y: number, axis: YAxis, plot: { plotTop: number; plotHeight: number }): number =>
  plot.plotTop + (1 - (y - axis.from) / (axis.to - axis.from)) * plot.plotHeight

/** Value at a pixel of a panel's y axis, also beyond its ends. */
export function valueAtPixel(
  py: number,
  axis: YAxis,
  plot: { plotTop: number; plotHeight: number },
  scale: 'linear' | 'log',
): number {
  const y = axis.to - ((py - plot.plotTop) / plot.plotHeight) * (axis.to - axis.from)
  return scale === 'log' ? 10 ** y : y
}

/** Labels of all y axes, right aligned in the left gutter. */
export function yLabels(panels: readonly PanelView[], box: StackBox): Label[] {
  return panels.flatMap(({ panel, axis }, i) => {
    const texts = axisTexts(axis.ticks, panel.format, panel.scale)
    return axis.ticks.map((tick, k) => ({
      key: `${panel.id}:y${tick}`,
      text: texts[k]!,
      x: box.plotLeft - 7,
      y: yPixel(plotUnit(tick, panel.scale), axis, box.panels[i]!) + 4,
      anchor: 'end' as const,
      tone: 'axis' as const,
    }))
  })
}

/** Labels at the foot of the stack; the last one ends at the right edge instead of running out of it. */
export function xLabels(
  ticks: readonly number[],
  range: XRange,
  box: StackBox,
  kind: XAxis['kind'],
  log = false,
): Label[] {
  return ticks.map((tick) => {
    const text = xText(tick, kind, log)
    const x = toPixel(tick, range, box)
    const over = x + textWidth(text) / 2 > box.width - 2
    return {
      key: `x${tick}`,
      text,
      x: over ? box.width - 3 : x,
      y: box.height - 7,
      anchor: over ? ('end' as const) : ('middle' as const),
      tone: 'axis' as const,
    }
  })
}

interface Rect {
  left: number
  right: number
  top: number
  bottom: number
}

const rectOf = ({ text, x, y, anchor }: Label): Rect => {
  const width = textWidth(text)
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2
  return { left, right: left + width, top: y - LINE + 2, bottom: y + 2 }
}

const touch = (a: Rect, b: Rect): boolean =>
  a.left < b.right + 4 && b.left < a.right + 4 && a.top < b.bottom && b.top < a.bottom

/**
 * Words beside the marks of each panel. What became non-finite speaks first; a label that would cover another one is
 * left out, its mark stays.
 */
export function markLabels(panels: readonly PanelView[], range: XRange, box: StackBox): Label[] {
  return panels.flatMap((view, i) => {
    const plot = box.panels[i]!
    const right = box.plotLeft + box.plotWidth
    const wanted = [
      ...symbolLabels(view, range, box, i),
      ...(view.panel.marks ?? []).flatMap((mark, k) => {
        const label = labelOf(mark, view, range, box, i)
        return label ? [{ ...label, key: `${view.panel.id}:m${k}` }] : []
      }),
    ]
    const placed: Label[] = []
    for (const label of wanted) {
      const rect = rectOf(label)
      if (rect.right > right + 10 || rect.left < box.plotLeft - 4 || rect.top < plot.plotTop - 8) continue
      if (!placed.some((other) => touch(rect, rectOf(other)))) placed.push(label)
    }
    return placed
  })
}

function symbolLabels({ panel, symbols, axis }: PanelView, range: XRange, box: StackBox, i: number): Label[] {
  const plot = box.panels[i]!
  return symbols.flatMap((symbol, k): Label[] => {
    if (!symbol.label) return []
    const x = toPixel(symbol.x, range, box)
    const down = symbol.kind === 'up' ? 5 : 0
    const y = Math.min(
      plot.plotTop + plot.plotHeight - 2,
      Math.max(plot.plotTop + 8, yPixel(symbol.y, axis, plot) + down + 4),
    )
    const fits = x + 12 + textWidth(symbol.label) <= box.plotLeft + box.plotWidth + 10
    return [
      {
        key: `${panel.id}:s${k}`,
        text: symbol.label,
        x: fits ? x + 12 : x - 11,
        y,
        anchor: fits ? 'start' : 'end',
        tone: 'diverged',
      },
    ]
  })
}

function labelOf(mark: PanelMark, { axis, panel }: PanelView, range: XRange, box: StackBox, i: number): Label | null {
  if (mark.kind === 'area' || !mark.label) return null
  const plot = box.panels[i]!
  const text = mark.label
  if (mark.kind === 'level') {
    const y = yPixel(plotUnit(mark.value, panel.scale), axis, plot)
    const inside = y >= plot.plotTop && y <= plot.plotTop + plot.plotHeight
    return inside ? { key: '', text, x: box.plotLeft + box.plotWidth - 4, y: y - 5, anchor: 'end', tone: 'lr' } : null
  }
  const px = toPixel(mark.x, range, box)
  if (px < box.plotLeft || px > box.plotLeft + box.plotWidth) return null
  const tone = mark.kind === 'phase' ? 'mark' : mark.kind
  const y = plot.plotTop + 9
  const left = mark.kind !== 'phase'
  return { key: '', text, x: left ? px - 6 : px + 6, y, anchor: left ? 'end' : 'start', tone }
}
