import type { RangeTestSpec } from '../spec/range-test'
import { confidenceOf, SPREAD_LIMIT } from './confidence'
import { type Curves, curvesOf, sharedPart, startOf, startPoints } from './curves'
import { noiseOf } from './noise'
import { refusalOf } from './refuse'
import { bottomAt, type Curve, leastAt, RULE_RATES } from './rules'
import { RULES, type RangeAnalysis, type Suggestion, type Sweep } from './types'

/** The low end of a cycle and a constant rate lie this far below the maximum and the minimum of the loss. */
const DECADE = 10

/** No maximum is above this share of the rate at which a repeat diverged. */
const BELOW_DIVERGENCE = 0.5

/** The loss has risen again where it took back this share of its fall, and one σ. */
const RISEN = 0.25

/** The flat part ends where the smoothed loss has fallen by this share of its fall. */
const FLAT = 0.1

/** Points that the flat part has at least, of those planned: fewer give no noise. */
const LEAST_FLAT = 1 / 6

/** Independent points that a smoothed value rests on, per unit of bandwidth: 2√π for Gaussian weights. */
const POINTS_PER_BANDWIDTH = 2 * Math.sqrt(Math.PI)

/**
 * What a range test says: smoothed curves, what every rule makes of them, and rates to train with, or the reason why there
 * are none. Sweeps that have ended decide; while the first is still going on it is read as far as it is, and rates are
 * suggested only after its loss has risen.
 *
 * @param sweeps as recorded, in the order of the repeats; all with the rates of `spec`
 */
export function analyseRangeTest(sweeps: readonly Sweep[], spec: RangeTestSpec): RangeAnalysis {
  const over = sweeps.filter(({ ended }) => ended !== null)
  const judged = over.length ? over : sweeps.filter(({ loss }) => loss.length > 0).slice(0, 1)
  const curves = curvesOf(judged, spec.steps)
  const shared = sharedPart(curves)
  const starts = judged.map(({ loss }) => startOf(loss, spec.steps))
  const start = starts.reduce((sum, value) => sum + value, 0) / starts.length
  const least = leastAt(shared.loss)
  const fall = least < 0 ? 0 : Math.max(0, start - shared.loss[least]!)
  const flat = flatUntil(shared, start, fall, spec.steps, curves.block)
  const noise = noiseOf(judged.map(({ loss }) => loss.subarray(0, flat)))
  const drop = inUnitsOf(noise, fall, start)

  const divergedAt = sweeps.map(({ ended, lr }) => (ended === 'diverged' || ended === 'non-finite' ? lr.at(-1)! : null))
  const firstDivergence = Math.min(...divergedAt.filter((lr) => lr !== null))
  const bottom = bottomAt(shared.loss)
  const rise = riseAfter(shared, bottom, Math.max(RISEN * fall, noise))
  const roseAt = rise ?? (Number.isFinite(firstDivergence) ? firstDivergence : null)

  const alone = new Map(judged.map((sweep, i) => [sweep, curves.repeats[i]!]))
  const suggestions = RULES.map((rule): Suggestion => {
    const rate = RULE_RATES[rule]
    const repeats = sweeps.map((sweep) => (alone.has(sweep) ? rate(finitePart(alone.get(sweep)!)) : null))
    return { rule, lr: rate(shared), repeats }
  })
  const article = suggestions[0]!
  const found = article.repeats.filter((lr) => lr !== null)
  const spread = found.length > 1 ? spanOf(found) : null
  const supported = isSupported(article.lr, found, judged.length)

  const left = updatesBelow(shared, start + noise, curves.block, Number.isFinite(firstDivergence))
  const refused = refusalOf({
    points: Math.min(...judged.map(({ loss }) => loss.length)),
    ended: over.length > 0,
    drop,
    certainty: drop / uncertaintyOf(curves, spec.steps),
    share: start === 0 ? 0 : fall / Math.abs(start),
    roseAt,
    leftStart: left === null ? null : left / spec.steps,
    falls: article.lr !== null,
    apart: spanOf(article.lr === null ? found : [...found, article.lr]),
    supported,
    firstRate: curves.lr[0] ?? spec.from,
    lastRate: curves.lr.at(-1) ?? spec.from,
  })
  const facts = {
    lr: curves.lr,
    loss: curves.mean.loss,
    low: curves.low,
    high: curves.high,
    slope: curves.mean.slope,
    noise,
    drop,
    divergedAt,
    spread,
    minimumAt: roseAt !== null && fall > 0 ? shared.lr[bottom]! : null,
  }
  if (refused) {
    const none = suggestions.map(({ rule }) => ({ rule, lr: null, repeats: sweeps.map(() => null) }))
    return { ...facts, suggestions: none, max: null, min: null, constant: null, confidence: 'none', ...refused }
  }
  const max = Math.min(article.lr!, BELOW_DIVERGENCE * firstDivergence)
  return {
    ...facts,
    suggestions,
    max,
    min: max / DECADE,
    constant: facts.minimumAt! / DECADE,
    refusal: null,
    ...confidenceOf({ found: found.length, repeats: judged.length, spread, supported, drop, roseAt: roseAt! }),
  }
}

/**
 * Standard error of a fall in units of the noise: of the smoothed mean at its least, and of the start, whose median is
 * π/2 times as uncertain as a mean.
 */
const uncertaintyOf = ({ bandwidth, repeats }: Curves, planned: number): number =>
  Math.sqrt((1 / (POINTS_PER_BANDWIDTH * bandwidth) + Math.PI / 2 / startPoints(planned)) / repeats.length)

/** Decades between the least and the greatest of some rates; 0 of none. */
const spanOf = (rates: readonly number[]): number =>
  rates.length ? Math.log10(Math.max(...rates) / Math.min(...rates)) : 0

/**
 * Do most repeats agree with the rate of their mean? One far below may have turned back before a catapult that the others
 * got over; one far above says that they did.
 */
function isSupported(rate: number | null, found: readonly number[], repeats: number): boolean {
  const away = found.map((lr) => Math.log10(lr / rate!))
  const near = away.filter((decades) => Math.abs(decades) <= SPREAD_LIMIT).length
  return near > repeats / 2 && away.every((decades) => decades <= SPREAD_LIMIT)
}

/** A repeat as far as it has losses. */
function finitePart({ lr, loss, slope }: Curve): Curve {
  const end = loss.findLastIndex(Number.isFinite) + 1
  return { lr: lr.subarray(0, end), loss: loss.subarray(0, end), slope: slope.subarray(0, end) }
}

/** Updates before the smoothed loss begins to fall; each point of the curve stands for `block` of them. */
function flatUntil({ loss }: Curve, start: number, fall: number, planned: number, block: number): number {
  const at = loss.findIndex((value) => value < start - FLAT * fall)
  return Math.max(at * block, Math.ceil(planned * LEAST_FLAT))
}

/** Updates before the loss leaves its start for above or its end; null where it stays. */
function updatesBelow({ loss }: Curve, level: number, block: number, diverged: boolean): number | null {
  const at = loss.findIndex((value) => value > level)
  return at >= 0 ? at * block : diverged ? loss.length * block : null
}

/** The rate at which the loss has risen by that much above its minimum; null where it has not. */
function riseAfter({ lr, loss }: Curve, bottom: number, by: number): number | null {
  const at = loss.findIndex((value, i) => i > bottom && value > loss[bottom]! + by)
  return bottom < 0 || at < 0 ? null : lr[at]!
}

/** A fall over the noise. A loss that repeats itself to the last bit is taken to have that of its rounding. */
const inUnitsOf = (noise: number, fall: number, start: number): number =>
  fall > 0 ? fall / Math.max(noise, 1e-9 * Math.abs(start)) : 0
