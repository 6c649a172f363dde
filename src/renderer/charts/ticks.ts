/** The 1-2-5 step that divides `span` into at most `most` parts. */
export function niceStep(span: number, most: number): number {
  const rough = span / Math.max(1, most)
  const power = 10 ** Math.floor(Math.log10(rough))
  return power * ([1, 2, 5, 10].find((m) => m * power >= rough * (1 - 1e-9)) ?? 10)
}

const multiples = (step: number, from: number, to: number): number[] => {
  const first = Math.ceil(from / step - 1e-9)
  const count = Math.floor(to / step + 1e-9) - first + 1
  // Multiplying the index keeps 0.3 from becoming 0.30000000000000004 by adding up.
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** Round values inside [from, to], at most about `most` of them. */
export const linearTicks = (from: number, to: number, most: number): number[] =>
  to > from ? multiples(niceStep(to - from, most), from, to) : [from]

/**
 * Values to label on a log axis between two positive ends: powers of ten, with 3s or 2s and 5s between where there is
 * room, thinned where there is not; linear steps where the ends are closer than that.
 */
export function logTicks(from: number, to: number, most: number): number[] {
  const [low, high] = [Math.floor(Math.log10(from)), Math.ceil(Math.log10(to))]
  const decades = Array.from({ length: high - low + 1 }, (_, i) => low + i)
  const inside = (mantissas: number[]) =>
    decades
      .flatMap((k) => mantissas.map((m) => Number(`${m}e${k}`)))
      .filter((value) => value >= from * (1 - 1e-9) && value <= to * (1 + 1e-9))
  // 1 and 3 are nearly evenly spaced: finer sets only where these would be too few.
  const even = inside([1, 3])
  const candidates = [...(even.length >= 4 ? [even] : []), inside([1, 2, 3, 5]), inside([1, 2, 5]), even, inside([1])]
  const fitting = candidates.find((ticks) => ticks.length <= most)
  if (fitting && fitting.length >= 2) return fitting
  if (!fitting) {
    const every = Math.ceil(inside([1]).length / Math.max(1, most))
    return inside([1]).filter((_, i) => i % every === 0)
  }
  return linearTicks(from, to, Math.max(2, most)).filter((value) => value > 0)
}

const SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]

/** Axes whose positions are whole updates. */
const COUNTS = ['step', 'warmup', 'cycle']

/**
 * Positions to label on the shared x axis: whole epochs where their length is known, else round numbers, with the end
 * of the range last and nothing close before it.
 *
 * @param most labels that fit
 */
export function xTicks(
  range: { from: number; to: number },
  most: number,
  axis: { kind: string; log?: boolean; epoch?: number | undefined },
): number[] {
  const { from, to } = range
  if (axis.log) return logTicks(10 ** from, 10 ** to, most).map(Math.log10)
  const span = to - from
  let step = niceStep(span, most)
  if (axis.kind === 'time') step = 1000 * (SECONDS.find((s) => s * 1000 >= span / most) ?? step / 1000)
  if (axis.kind === 'step' && axis.epoch && axis.epoch <= step) {
    step = axis.epoch * Math.max(1, niceStep(span / axis.epoch, most))
  }
  if (COUNTS.includes(axis.kind) && step < 1) step = 1
  const ticks = multiples(step, from, to)
  if (ticks.at(-1) === to) return ticks
  const clear = (0.6 * span) / most
  return [...ticks.filter((tick) => to - tick > clear), to]
}
