import { cycles, cycleStarts } from '../schedules/cycles'
import type { ScheduleSpec } from '../schedules/registry'
import { stepsBehind } from '../schedules/warmup'

/** Updates from one restart of the rate to the next, both ends included; `to` is cut off where the run ends. */
export interface RateCycle {
  from: number
  to: number
  /** Updates that it has as a whole, so that one that the run cuts short is told from a short one. */
  length: number
}

/** More are never listed: no picture lays so many curves on top of each other. */
export const MAX_CYCLES = 1000

/**
 * The cycles of a schedule, to lay what was measured in each on top of the one before: restarts (warm-restarts, sawtooth,
 * polynomial with `cycle`), triangles, and in a sequence the cycles of its parts; parts of one kind, as 1cycle three times
 * or the sweeps of a range test, are a cycle each. Updates of a warm-up belong to none.
 *
 * @param steps updates in the run, at least 1
 * @returns in their order, at most {@link MAX_CYCLES}; empty for a schedule that has none
 */
export function cyclesOf(spec: ScheduleSpec, steps: number): RateCycle[] {
  const offset = spec.warmup ? spec.warmup.steps : 0
  const behind = spec.warmup ? stepsBehind(spec.warmup, steps) : steps
  return cyclesBehind(spec, behind)
    .filter(({ from }) => from + offset < steps)
    .slice(0, MAX_CYCLES)
    .map(({ from, to, length }) => ({ from: from + offset, to: Math.min(to + offset, steps - 1), length }))
}

/** Without the warm-up; the last ones may reach beyond the end. */
function cyclesBehind(spec: ScheduleSpec, steps: number): RateCycle[] {
  switch (spec.kind) {
    case 'warm-restarts':
    case 'sawtooth':
      return between(startsOf(spec.cycleSteps, spec.cycleMult), steps)
    case 'triangular':
      return between(startsOf(spec.stepsUp + (spec.stepsDown ?? spec.stepsUp), 1), steps)
    case 'polynomial':
      return spec.cycle ? between(polynomialStarts(spec.steps ?? steps), steps) : []
    case 'sequence':
      return cyclesOfParts(spec.parts, steps)
    default:
      return []
  }
}

function* startsOf(first: number, mult: number): Generator<number> {
  for (const { at } of cycleStarts(cycles(first, mult))) yield Math.ceil(at)
}

/** Update T still ends a cycle of T updates: the rate jumps behind it. */
function* polynomialStarts(length: number): Generator<number> {
  yield 0
  for (let i = 1; ; i++) yield i * length + 1
}

/** Cycles from start to start, as far as the run and {@link MAX_CYCLES} reach. */
function between(starts: Generator<number>, steps: number): RateCycle[] {
  const found: RateCycle[] = []
  let from = starts.next().value as number
  while (from < steps && found.length < MAX_CYCLES) {
    const next = starts.next().value as number
    // A cycle that is shorter than the way to the next update has none of its own.
    if (next > from) found.push({ from, to: next - 1, length: next - from })
    from = next
  }
  return found
}

function cyclesOfParts(parts: { steps: number; schedule: ScheduleSpec }[], steps: number): RateCycle[] {
  const ofKind = (kind: ScheduleSpec['kind']) => parts.filter(({ schedule }) => schedule.kind === kind).length
  const found: RateCycle[] = []
  let start = 0
  for (const part of parts) {
    if (start >= steps) break
    const own = cyclesOf(part.schedule, part.steps)
    if (own.length) found.push(...own.map((cycle) => ({ ...cycle, from: cycle.from + start, to: cycle.to + start })))
    else if (part.schedule.kind !== 'constant' && ofKind(part.schedule.kind) > 1)
      found.push({ from: start, to: start + part.steps - 1, length: part.steps })
    start += part.steps
  }
  return found
}
