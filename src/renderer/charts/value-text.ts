import {
  formatCount,
  formatDuration,
  formatLoss,
  formatPercent,
  formatRate,
  nonFiniteWord,
} from '../../core/domain/format'
import type { ValueFormat, XAxis } from './types'

const short = (x: number): string => {
  const size = Math.abs(x)
  if (size !== 0 && (size < 0.001 || size >= 1e5)) return x.toExponential(1).replace('.0e', 'e').replace('e+', 'e')
  return String(Number(x.toPrecision(4)))
}

/** A value as a readout shows it: exact enough to compare, in the unit of its panel. */
export function valueText(value: number, format: ValueFormat): string {
  if (format === 'loss') return formatLoss(value)
  if (format === 'rate') return formatRate(value)
  if (format === 'percent') return formatPercent(value)
  if (format === 'momentum') return nonFiniteWord(value) ?? value.toFixed(3)
  const size = Math.abs(value)
  return nonFiniteWord(value) ?? (size >= 0.001 && size < 1e5 ? value.toPrecision(4) : short(value))
}

/** Labels of a y axis, all with as many decimals as the closest pair needs. */
export function axisTexts(ticks: readonly number[], format: ValueFormat, scale: 'linear' | 'log'): string[] {
  const shown = format === 'percent' ? ticks.map((tick) => tick * 100) : [...ticks]
  const unit = format === 'percent' ? ' %' : ''
  if (scale === 'log' || shown.length < 2) return shown.map((tick) => short(tick) + unit)
  const gap = Math.abs(shown[1]! - shown[0]!)
  const decimals = Math.max(0, -Math.floor(Math.log10(gap) + 1e-9))
  const size = Math.max(...shown.map(Math.abs))
  if (decimals > 4 || size >= 1e5) return shown.map((tick) => short(tick) + unit)
  return shown.map((tick) => (size >= 1e4 ? formatCount(tick) : tick.toFixed(decimals)) + unit)
}

/** What the x axis is called at the head of a table. */
export const AXIS_TITLES: Record<XAxis['kind'], string> = {
  step: 'Step',
  epoch: 'Epoch',
  time: 'After',
  wall: 'At',
  'sum-lr': 'Σ LR',
  warmup: 'Since warm-up',
  share: 'Of budget',
  cycle: 'In the cycle',
  metric: 'At',
}

/** A moment as an axis shows it: 14:05:09, with the day where it is wanted elsewhere. */
const clockText = (ms: number): string => {
  const two = (n: number) => String(n).padStart(2, '0')
  const at = new Date(ms)
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')
}

/** A position on the x axis as its chip and labels show it. */
export function xText(position: number, axis: XAxis['kind'], log = false): string {
  const x = log ? Number((10 ** position).toPrecision(6)) : position
  if (axis === 'step' || axis === 'cycle') return formatCount(x)
  if (axis === 'warmup') return x < 0 ? `−${formatCount(-x)}` : formatCount(x)
  if (axis === 'share') return `${Number((100 * x).toPrecision(3))} %`
  if (axis === 'wall') return clockText(x)
  if (axis === 'time') return x < 10_000 && x % 1000 === 0 ? `${x / 1000} s` : formatDuration(x)
  return String(Number(x.toPrecision(x >= 1000 ? 4 : 3)))
}
