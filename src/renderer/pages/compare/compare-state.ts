import * as v from 'valibot'
import { METRIC } from '../../../core/domain/metrics'
import { LOWER_PANELS } from './lower-panels'

export const SMOOTHINGS = ['none', 'ema', 'time-ema', 'gauss', 'mean'] as const
export const AXES = ['step', 'epoch', 'time', 'wall', 'sum-lr', 'warmup', 'share', 'metric'] as const
export const BAND_CHOICES = ['off', 'std', 'stderr', 'ci95', 'minmax'] as const
/** The band's groups where they are not the values of a field. */
export const BY_SEED = 'seed'

const MOST_PANELS = 12
const NAME = v.pipe(v.string(), v.minLength(1), v.maxLength(256))
const FIELD = v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(512)))
const PANEL_ID = v.picklist(LOWER_PANELS.map(({ id }) => id))
const number = (from: number, to: number) => v.pipe(v.number(), v.minValue(from), v.maxValue(to))
const Range = v.pipe(
  v.strictObject({ from: v.number(), to: v.number() }),
  v.check(({ from, to }) => to > from),
)

/** A chart of one metric; `with` is drawn in the same panel, dashed. */
const PanelChoice = v.strictObject({ metric: NAME, with: v.optional(NAME) })
export type PanelChoice = v.InferOutput<typeof PanelChoice>

/** Takes what is sound; what is not is as on a fresh page. */
const or = <S extends v.GenericSchema>(schema: S, usual: v.InferOutput<S>) =>
  v.fallback(schema, usual as never) as v.GenericSchema<unknown, v.InferOutput<S>>

const CompareState = v.object({
  panels: or(v.pipe(v.array(PanelChoice), v.minLength(1), v.maxLength(MOST_PANELS)), [
    { metric: METRIC.trainLoss },
    { metric: METRIC.validationAccuracy },
  ]),
  smoothing: or(v.picklist(SMOOTHINGS), 'ema'),
  amount: or(number(0, 0.999), 0.97),
  raw: or(v.boolean(), false),
  axis: or(v.picklist(AXES), 'step'),
  /** Metric on the x axis, where that is what the axis shows. */
  against: or(NAME, METRIC.trainLoss),
  logX: or(v.boolean(), false),
  logY: or(v.boolean(), true),
  outliers: or(v.boolean(), true),
  band: or(v.picklist(BAND_CHOICES), 'std'),
  bandBy: or(NAME, BY_SEED),
  colourBy: or(FIELD, null),
  dashBy: or(FIELD, null),
  cycles: or(v.boolean(), false),
  fold: or(v.boolean(), true),
  reference: or(FIELD, null),
  differs: or(v.boolean(), true),
  ratios: or(v.boolean(), false),
  filter: or(v.pipe(v.string(), v.maxLength(4096)), ''),
  left: or(PANEL_ID, 'parallel'),
  right: or(PANEL_ID, 'scatter'),
  /** States of the lower panels, their own JSON. */
  lower: or(v.record(v.string(), v.unknown()), {}),
  /** Height of the charts as a share of the page. */
  split: or(number(0.2, 0.85), 0.48),
  /** Height of the table, likewise. */
  tableSplit: or(number(0.2, 0.9), 0.62),
  /** Range of the x axis in view, in its own unit; null for all of it. */
  zoom: or(v.nullable(Range), null),
})

/** All that the Compare page shows of its runs, besides which they are. */
export type CompareState = v.InferOutput<typeof CompareState>

/** A sound state from anything: fields that are missing, or of no use, are as on a fresh page. */
export const readState = (value: unknown): CompareState =>
  v.parse(CompareState, typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {})

export const DEFAULT_STATE: CompareState = readState({})

/** Compact text for the address: only what differs from a fresh page; empty where nothing does. */
export function stateText(state: CompareState): string {
  const changed = Object.entries(state).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(DEFAULT_STATE[key as keyof CompareState]),
  )
  return changed.length ? JSON.stringify(Object.fromEntries(changed)) : ''
}

/** The state that an address carries; a fresh one where the text is none. */
export function stateFrom(text: unknown): CompareState {
  if (typeof text !== 'string' || !text) return DEFAULT_STATE
  try {
    return readState(JSON.parse(text))
  } catch {
    return DEFAULT_STATE
  }
}
