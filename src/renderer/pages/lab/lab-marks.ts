import { formatRate } from '../../../core/domain/format'
import { RULES, type Rule } from '../../../core/domain/range-test/types'
import { GUTTER, type StackBox, toPixel } from '../../charts/geometry'
import { type Label, textWidth, yPixel } from '../../charts/labels'
import { axisTexts } from '../../charts/value-text'
import { plotUnit } from '../../charts/y-range'
import { type Band, suggestedRate } from './band'
import type { LabView } from './build-lab-chart'
import { type LabCurve, steepestSlope, stoppedAt, valueAt } from './lab-curves'
import { placeLeaders } from './leaders'
import { RULE_WORDS } from './rule-words'

const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x))

/** Pixels of rates and losses in a drawing of the Lab. */
export function labPixels(view: LabView, box: StackBox) {
  const [lossPlot, slopePlot] = box.panels as [StackBox['panels'][0], StackBox['panels'][0]]
  const inside = (y: number, plot: typeof lossPlot) => clamp(y, plot.plotTop, plot.plotTop + plot.plotHeight)
  return {
    x: (lr: number) => toPixel(Math.log10(lr), view.range, box),
    /** Kept inside the panel: what rises out of it is marked at its edge. */
    loss: (loss: number) => inside(yPixel(plotUnit(loss, view.scale), view.loss, lossPlot), lossPlot),
    slope: (slope: number) => inside(yPixel(slope, view.slope, slopePlot), slopePlot),
    rate: (px: number) =>
      10 ** (view.range.from + ((px - box.plotLeft) / box.plotWidth) * (view.range.to - view.range.from)),
  }
}

/** Labels of both loss axes and of the rates at the foot; the last rate ends at the edge instead of running out. */
export function labLabels(view: LabView, box: StackBox): Label[] {
  const pixels = labPixels(view, box)
  const y = (panel: 0 | 1, ticks: readonly number[], scale: 'linear' | 'log'): Label[] => {
    const axis = panel ? view.slope : view.loss
    return axisTexts(ticks, 'number', scale).map((text, k) => ({
      key: `${panel}:y${ticks[k]}`,
      text: text.replace('-', '−'),
      x: box.plotLeft - 7,
      y: yPixel(plotUnit(ticks[k]!, scale), axis, box.panels[panel]!) + 4,
      anchor: 'end',
      tone: 'axis',
    }))
  }
  const x = view.ticks.major.map((lr): Label => {
    const text = lr < 0.001 || lr >= 1e5 ? formatRate(lr) : String(lr)
    const px = pixels.x(lr)
    const over = px + textWidth(text) / 2 > box.width - 2
    return {
      key: `x${lr}`,
      text,
      x: over ? box.width - 3 : px,
      y: box.height - 7,
      anchor: over ? 'end' : 'middle',
      tone: 'axis',
    }
  })
  return [...y(0, view.loss.ticks, view.scale), ...y(1, view.slope.ticks, 'linear'), ...x]
}

/** Everything that is marked on the focused test's curves. */
export function labMarks(curve: LabCurve, band: Band | null, view: LabView, box: StackBox) {
  const pixels = labPixels(view, box)
  const { analysis } = curve
  const right = box.plotLeft + box.plotWidth
  const plotTop = box.panels[0]!.plotTop
  const rated = analysis
    ? RULES.flatMap((rule) => {
        const lr = suggestedRate(analysis, rule)
        return lr === null ? [] : [{ rule, lr, loss: valueAt(analysis.lr, analysis.loss, lr) }]
      })
    : []
  // Where the handle stands on a rule's rate, its grip says the number.
  const shown = rated.filter(
    ({ lr, rule, loss }) => Number.isFinite(loss) && !(band?.rule === rule && near(lr, band.max)),
  )
  const steepest = analysis && steepestSlope(analysis)
  const crosses = stoppedAt(curve).map(({ lr, loss }) => ({
    x: pixels.x(lr),
    y: Math.max(plotTop + 8, pixels.loss(loss)),
  }))
  const leftmost = crosses.reduce((least, { x }, i) => (x < crosses[least]!.x ? i : least), 0)
  return {
    band: band && shadedBand(band, pixels.x, { left: box.plotLeft, right }),
    leaders: placeLeaders<Rule>(
      shown.map(({ rule, lr, loss }) => ({
        key: rule,
        name: RULE_WORDS[rule].label,
        number: formatRate(lr),
        x: pixels.x(lr),
        y: pixels.loss(loss),
      })),
      { left: box.plotLeft, right: box.width - GUTTER.right / 2, top: plotTop },
    ),
    points: analysis
      ? rated
          .filter(({ rule }) => rule === 'article' || rule === 'steepest')
          .map(({ rule, lr }) => ({
            key: rule,
            x: pixels.x(lr),
            y: pixels.slope(valueAt(analysis.lr, analysis.slope, lr)),
          }))
      : [],
    stopped: crosses.map((mark, i) => ({ ...mark, key: `stopped${i}`, label: i === leftmost })),
    level: steepest ? { y: pixels.slope(0.4 * steepest), words: '40 % of steepest' } : null,
  }
}

const near = (a: number, b: number): boolean => Math.abs(Math.log10(a / b)) < 0.005

/** The band between its ends, as far as it is inside the plot; an end outside of it has no line. */
function shadedBand(band: Band, x: (lr: number) => number, plot: { left: number; right: number }) {
  const ends = [x(band.min), x(band.max)]
  const [left, right] = ends.map((px) => clamp(px, plot.left, plot.right)) as [number, number]
  return {
    left,
    right,
    ends: ends.filter((px) => px >= plot.left - 1 && px <= plot.right + 1),
    words: bandWords(band, right - left),
  }
}

/** "usable band, 1 decade" where it fits between the ends. */
function bandWords(band: Band, width: number): string {
  const decades = Math.log10(band.max / band.min)
  const whole = `usable band, ${decades.toFixed(1).replace(/\.0$/, '')} decade${Math.abs(decades - 1) < 0.05 ? '' : 's'}`
  if (textWidth(whole) < width - 8) return whole
  return textWidth('usable') < width - 8 ? 'usable' : ''
}
