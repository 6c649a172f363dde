import { formatRate } from '../core/domain/format'
import { pad, textWidth } from './text'

export interface PlotOptions {
  /** Columns of the whole plot with its axis. */
  width: number
  /** Rows of the curve, without the x axis. */
  height: number
  /** Logarithmic y axis; values at or below 0 are left out. */
  log?: boolean
  /** What stands at the ends of the x axis, in place of 0 and n − 1. */
  ends?: readonly [string, string]
}

/** Dots of a braille character, by row and column. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const

/**
 * A curve over 0 … n − 1 in braille dots (2 × 4 a character) with a y axis of three labels and an x axis.
 * Each dot column shows the span from least to greatest of the values in it, so that a single spike stays visible.
 */
export function renderPlot(values: ArrayLike<number>, { width, height, log = false, ends }: PlotOptions): string {
  const scale = log ? Math.log10 : (y: number) => y
  const shown = Array.from(values, (y) => (log && y <= 0 ? NaN : scale(y)))
  const finite = shown.filter(Number.isFinite)
  if (finite.length === 0) return `nothing to draw${log ? ' on a logarithmic axis' : ''}\n`
  let low = finite.reduce((a, b) => Math.min(a, b))
  let high = finite.reduce((a, b) => Math.max(a, b))
  if (low === high) [low, high] = log ? [low - 1, high + 1] : flat(low)
  const unscale = (y: number) => (log ? 10 ** y : y)
  const labels = [high, (low + high) / 2, low].map((y) => formatRate(unscale(y)))
  const gutter = Math.max(...labels.map((label) => label.length))
  const columns = Math.max(8, width - gutter - 2)
  const grid = drawDots(shown, columns, height, low, high)
  const labelRows = [0, Math.floor((height - 1) / 2), height - 1]
  const lines = grid.map((row, i) => {
    const at = labelRows.indexOf(i)
    return `${pad(at < 0 ? '' : labels[at]!, gutter, 'right')} ${at < 0 ? '│' : '┤'}${row}`
  })
  const [first, last] = ends ?? ['0', String(Math.max(0, values.length - 1))]
  lines.push(`${' '.repeat(gutter)} └${'─'.repeat(columns)}`)
  lines.push(`${' '.repeat(gutter + 2)}${first}${pad(last, columns - textWidth(first), 'right')}`)
  return lines.map((line) => `${line.trimEnd()}\n`).join('')
}

/** A band around a constant value, so that its line lies in the middle. */
const flat = (y: number): [number, number] => (y === 0 ? [-1, 1] : [y - Math.abs(y) / 2, y + Math.abs(y) / 2])

function drawDots(values: readonly number[], columns: number, rows: number, low: number, high: number): string[] {
  const wide = columns * 2
  const tall = rows * 4
  const cells = Array.from({ length: rows }, () => new Uint8Array(columns))
  const dotRow = (y: number) => Math.round(((high - y) / (high - low)) * (tall - 1))
  const n = values.length
  for (let x = 0; x < wide; x++) {
    // Fewer values than dots: each is drawn at its nearest dots; more: all of a dot's share count.
    const from = Math.min(n - 1, Math.floor((x * n) / wide))
    const to = Math.max(from + 1, Math.floor(((x + 1) * n) / wide))
    const here = values.slice(from, to).filter(Number.isFinite)
    if (here.length === 0) continue
    const top = dotRow(here.reduce((a, b) => Math.max(a, b)))
    const bottom = dotRow(here.reduce((a, b) => Math.min(a, b)))
    for (let y = top; y <= bottom; y++) cells[y >> 2]![x >> 1]! |= DOTS[y & 3]![x & 1]!
  }
  return cells.map((row) => Array.from(row, (bits) => (bits ? String.fromCodePoint(0x2800 + bits) : ' ')).join(''))
}
