import type { BandData, SeriesViewData } from '../../../core/api/contract'
import { formatCount } from '../../../core/domain/format'
import { metricFormat, metricPhrase, metricTitle } from '../../../core/domain/metric-words'
import { METRIC } from '../../../core/domain/metrics'
import { isLive, type RunRow } from '../../../core/domain/run'
import type { ChartPanel, ChartSeries, PreparedGap } from '../../charts/types'
import { plannedPart } from '../../run-charts/planned'
import {
  againstKey,
  bandKey,
  type ChartQuestion,
  cycleKey,
  isBanded,
  lineKey,
  lineRuns,
  RIBBON,
  smoothingOf,
} from './chart-wishes'
import type { PanelChoice } from './compare-state'
import { bestPoint, type Cycle } from './cycle-lines'
import type { Drawn } from './drawn'
import { scaleOf } from './metric-panel'
import { bandPositions, between } from './band-positions'
import { type CompareAxis, viewPositions } from './x-axis'

/** What has arrived, by the keys of the wishes. */
export interface Arrived {
  view: (key: string) => readonly SeriesViewData[] | null
  band: (key: string) => BandData | null
  /** Recorded values at or below 0 of a run's metric in the range in view. */
  nonPositive: (run: string, metric: string) => number
  /** Why a chart of some metrics cannot be drawn. */
  error: (metrics: readonly string[]) => string | null
}

const SHARE = 2
const RIBBON_SHARE = 1.1

/** The charts of Compare: the chosen panels and, under them, rate and momentum. */
export function buildComparePanels(
  question: ChartQuestion,
  arrived: Arrived,
): { panels: ChartPanel[]; ribbon: ChartPanel[] } {
  return {
    panels: question.state.panels.map((choice, i) => panelOf(choice, `${i}:${choice.metric}`, question, arrived)),
    ribbon: RIBBON.map((metric) => ({
      ...panelOf({ metric }, metric, question, arrived),
      note: metric === METRIC.lr ? 'log, exact values, never smoothed' : 'exact values, never smoothed',
      share: RIBBON_SHARE,
    })),
  }
}

function panelOf(choice: PanelChoice, id: string, question: ChartQuestion, arrived: Arrived): ChartPanel {
  const { state, drawn } = question
  const { metric } = choice
  const scale = scaleOf(metric, state.logY)
  const series = [
    ...drawn.flatMap((entry) => linesOf(entry, metric, question, arrived, '')),
    ...(choice.with ? drawn.flatMap((entry) => linesOf(entry, choice.with!, question, arrived, choice.with!)) : []),
  ]
  const smoothing = smoothingOf(state, metric)
  const notes = [
    ...(choice.with ? [`and ${metricPhrase(choice.with)}, dashed`] : []),
    ...(scale === 'log' ? ['log'] : []),
    ...(state.smoothing !== 'none' && !smoothing ? ['as recorded'] : []),
  ]
  const aside = bandAside(choice, question, arrived)
  const error = arrived.error([metric, ...(choice.with ? [choice.with] : [])])
  return {
    id,
    title: metricTitle(metric),
    ...(notes.length && { note: notes.join(', ') }),
    ...(aside !== null && { aside }),
    ...(error !== null && { error }),
    scale,
    format: metricFormat(metric),
    fit: state.outliers
      ? metricFormat(metric) === 'percent'
        ? 'upper'
        : metricFormat(metric) === 'loss'
          ? 'bulk'
          : 'all'
      : 'trimmed',
    share: SHARE,
    series,
  }
}

/** "means of 9 runs, n 3 to 1, 1 non-finite": of what a band is, and how many runs it stands on at its ends. */
function bandAside({ metric }: PanelChoice, question: ChartQuestion, arrived: Arrived): string | null {
  const banded = question.drawn.filter((entry) => isBanded(question, entry, metric))
  const bands = banded.flatMap((entry) => arrived.band(bandKey(entry.id, metric)) ?? [])
  if (!bands.length) return null
  const counts = bands.flatMap(({ n }) => [...n].filter((at) => at > 0))
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  const alone = question.drawn.length - banded.length
  const nonFinite = bands.reduce((sum, band) => sum + band.nonFinite, 0)
  const every = Math.max(...bands.map((band) => band.every))
  return [
    `means of ${least === most ? most : `${least} to ${most}`} runs`,
    ...(every > 1 ? [`at every ${every} steps`] : []),
    ...placedWords(question.axis),
    ...(alone ? [`${alone} without a band (1 run)`] : []),
    ...(nonFinite ? [`${formatCount(nonFinite)} non-finite`] : []),
  ].join(', ')
}

/** Where the steps of a mean stand on an axis that its runs do not share. */
function placedWords({ kind, against }: CompareAxis): string[] {
  if (kind === 'time' || kind === 'wall') return ['each step at their mean time']
  return against === null ? [] : [`each step at their mean ${metricPhrase(against)}`]
}

function linesOf(entry: Drawn, metric: string, question: ChartQuestion, arrived: Arrived, twin: string): ChartSeries[] {
  const base = (id: string): Pick<ChartSeries, 'id' | 'label' | 'letter' | 'colour' | 'emphasis'> => ({
    id: twin ? `${id}:${twin}` : id,
    label: twin ? `${entry.label}, ${metricPhrase(twin)}` : entry.label,
    letter: entry.letter,
    colour: { ...entry.colour, ...(twin && { dash: 1 as const }) },
    emphasis: entry.emphasis,
  })
  if (isBanded(question, entry, metric)) {
    const band = arrived.band(bandKey(entry.id, metric))
    const { axis, clockOf } = question
    const x = band && bandPositions(band, entry.runs, axis, { clockOf, against: arrived.band(againstKey(entry.id)) })
    return band && x ? [{ ...base(entry.id), ...bandLine(band, x, entry.runs) }] : []
  }
  return lineRuns(entry, metric).flatMap((run): ChartSeries[] => {
    if (question.axis.kind === 'cycle') {
      return question.cyclesOf(run).flatMap((cycle) => {
        const line = cycleLine(run, metric, cycle, question, arrived)
        return line ? [{ ...base(cycleKey(run.id, '', cycle.index)), ...line }] : []
      })
    }
    const line = runLine(run, metric, question, arrived)
    return line ? [{ ...base(run.id), ...line }] : []
  })
}

type Line = Omit<ChartSeries, 'id' | 'label' | 'letter' | 'colour' | 'emphasis'>

/** One run's line from the parts in which it came; null while nothing is here or where the axis does not know it. */
function runLine(run: RunRow, metric: string, question: ChartQuestion, arrived: Arrived): Line | null {
  const { axis } = question
  const parts = arrived.view(lineKey(run.id, metric))
  const positions = parts?.map((part) => viewPositions(axis, run, part))
  if (!parts || !positions || positions.some((x) => x === null)) return null
  const x = joined(positions as Float64Array[])
  const steps = joined(parts.map((part) => part.x))
  const values = joined(parts.map((part) => part.y))
  const diverged = divergence(run, question, steps, x)
  return {
    steps,
    values,
    x,
    live: isLive(run.status),
    diverged,
    ...planned(run, metric, question, { steps, values }),
    view: {
      ghost: ghostOf(parts, run, question, x),
      total: sum(parts, ({ total }) => total),
      drawn: sum(parts, ({ drawn }) => drawn),
      nonPositive: arrived.nonPositive(run.id, metric),
      nonFinite: gapsOf(parts, run, question, steps, x),
    },
  }
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((all, item) => all + of(item), 0)

function joined(parts: readonly Float64Array[]): Float64Array {
  if (parts.length === 1) return parts[0]!
  const all = new Float64Array(sum(parts, ({ length }) => length))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** The recorded line behind a smoothed one; only where the step alone decides the position, as it comes without times. */
function ghostOf(parts: readonly SeriesViewData[], run: RunRow, { axis }: ChartQuestion, x: Float64Array) {
  if (parts.some(({ raw }) => !raw)) return null
  const steps = joined(parts.map(({ raw }) => raw!.x))
  const positions =
    viewPositions(axis, run, { x: steps }) ?? interpolated(steps, joined(parts.map((part) => part.x)), x)
  return { x: positions, y: joined(parts.map(({ raw }) => raw!.y)) }
}

/** Positions of steps between those of points whose positions are known: on axes by time they are all but in between. */
function interpolated(steps: Float64Array, knownSteps: Float64Array, known: Float64Array): Float64Array {
  let at = 0
  return steps.map((step) => {
    while (at + 1 < knownSteps.length && knownSteps[at + 1]! <= step) at++
    const [from, to] = [knownSteps[at]!, knownSteps[Math.min(at + 1, knownSteps.length - 1)]!]
    const share = to > from ? (step - from) / (to - from) : 0
    return known[at]! + share * (known[Math.min(at + 1, known.length - 1)]! - known[at]!)
  })
}

function positionAt(step: number, run: RunRow, { axis }: ChartQuestion, steps: Float64Array, x: Float64Array): number {
  const byStep = viewPositions(axis, run, { x: Float64Array.of(step) })
  if (byStep) return byStep[0]!
  return steps.length ? interpolated(Float64Array.of(step), steps, x)[0]! : NaN
}

function gapsOf(
  parts: readonly SeriesViewData[],
  run: RunRow,
  question: ChartQuestion,
  steps: Float64Array,
  x: Float64Array,
): PreparedGap[] {
  const seen = new Set<string>()
  return parts.flatMap(({ nonFinite }) =>
    nonFinite.flatMap(({ from, to, count, kind }) => {
      // A run of non-finite points that two decades share comes with each of them.
      const key = `${from} ${to}`
      if (seen.has(key)) return []
      seen.add(key)
      const at = (step: number) => positionAt(step, run, question, steps, x)
      return [{ x: at(from), endX: at(to), step: from, count, kind }]
    }),
  )
}

function divergence(
  run: RunRow,
  question: ChartQuestion,
  steps: Float64Array,
  x: Float64Array,
): ChartSeries['diverged'] {
  if (run.divergedAt === null) return null
  const at = positionAt(run.divergedAt, run, question, steps, x)
  return Number.isFinite(at) ? { x: at, step: run.divergedAt } : null
}

/** The part of a live run's schedule that lies ahead, where the end of what is recorded is in view. */
function planned(
  run: RunRow,
  metric: string,
  { axis }: ChartQuestion,
  { steps, values }: { steps: Float64Array; values: Float64Array },
): Pick<ChartSeries, 'planned'> {
  if (!isLive(run.status) || axis.log || !['step', 'epoch', 'sum-lr'].includes(axis.kind)) return {}
  if (metric !== METRIC.lr && metric !== METRIC.momentum) return {}
  const recorded = { steps, values, times: null, overview: null }
  const of = metric === METRIC.lr ? ('lr' as const) : ('momentum' as const)
  const part = plannedPart(run, steps.length ? recorded : null, axis.kind, of)
  return part ? { planned: part } : {}
}

/** The mean of some runs with its band; a × where one of them diverged and left the mean. */
function bandLine(band: BandData, x: Float64Array, runs: readonly RunRow[]): Line {
  return {
    steps: band.x,
    values: band.mean,
    x,
    view: {
      ghost: null,
      total: band.x.length,
      drawn: band.x.length,
      nonPositive: 0,
      nonFinite: runs.flatMap(({ divergedAt }): PreparedGap[] => {
        if (divergedAt === null) return []
        const at = between(band.x, x, Float64Array.of(divergedAt))[0]!
        return [{ x: at, endX: at, step: divergedAt, count: 1, kind: 'NaN' }]
      }),
      band: { low: band.low, high: band.high },
    },
  }
}

/** One cycle of a run, counted from its own start, with its best value marked. */
function cycleLine(run: RunRow, metric: string, cycle: Cycle, question: ChartQuestion, arrived: Arrived): Line | null {
  const part = arrived.view(cycleKey(run.id, metric, cycle.index))?.[0]
  if (!part) return null
  const x = viewPositions(question.axis, run, part, cycle.from)!
  const best = bestPoint(metric, x, part.y)
  return {
    steps: part.x,
    values: part.y,
    x,
    ...(best && !RIBBON.includes(metric) && { points: [best] }),
    view: {
      ghost: part.raw ? { x: viewPositions(question.axis, run, part.raw, cycle.from)!, y: part.raw.y } : null,
      total: part.total,
      drawn: part.drawn,
      nonPositive: 0,
      nonFinite: part.nonFinite.map(({ from, to, count, kind }) => ({
        x: from - cycle.from,
        endX: to - cycle.from,
        step: from,
        count,
        kind,
      })),
    },
  }
}
