import type { ScheduleSpec } from '../../../core/domain/schedules/registry'
import { asLow, asRate, digits3, type Of } from './handle'

export type Part = Of<'sequence'>['parts'][number]

/** Shapes that a part can be given in the form; anything else stays as it is and is named. */
export const PART_SHAPES = [
  { value: 'level', label: 'Level' },
  { value: 'linear', label: 'Linear' },
  { value: 'cosine', label: 'Cosine' },
  { value: 'exponential', label: 'Exponential' },
] as const
export type PartShape = (typeof PART_SHAPES)[number]['value']

/** The shape of a part; null where it is a family that the list of parts does not edit. */
export function partShape({ schedule }: Part): PartShape | null {
  if (schedule.warmup) return null
  if (schedule.kind === 'constant') return 'level'
  if (schedule.kind === 'cosine') return schedule.steps === undefined && schedule.afterEnd === 'clamp' ? 'cosine' : null
  if (schedule.kind === 'exponential') return schedule.rate !== undefined && !schedule.staircase ? 'exponential' : null
  const isLine = schedule.kind === 'polynomial' && schedule.power === 1 && !schedule.cycle
  return isLine && schedule.steps === undefined ? 'linear' : null
}

/** First rate of a part. */
export const partStart = ({ schedule }: Part): number | null => ('lr' in schedule ? schedule.lr : null)

/** The rate that a part goes to; null where it has none to set. */
export function partEnd(part: Part): number | null {
  const { schedule } = part
  if (partShape(part) === null) return null
  if (schedule.kind === 'cosine') return schedule.minLr
  if (schedule.kind === 'polynomial') return schedule.endLr
  if (schedule.kind === 'exponential')
    return digits3(schedule.lr * schedule.rate! ** (part.steps / schedule.decaySteps!))
  return schedule.kind === 'constant' ? schedule.lr : null
}

/** The field that says where a part goes to. */
export const endField = ({ schedule }: Part): string =>
  schedule.kind === 'cosine' ? 'minLr' : schedule.kind === 'polynomial' ? 'endLr' : 'rate'

/** A part of this shape between two rates; it cannot rise. */
export function makePart(shape: PartShape, steps: number, from: number, to: number): Part {
  const lr = asRate(from)
  const end = asLow(to, lr)
  const schedule: Record<PartShape, ScheduleSpec> = {
    level: { kind: 'constant', lr },
    linear: { kind: 'polynomial', lr, endLr: end, power: 1, cycle: false },
    cosine: { kind: 'cosine', lr, minLr: end, afterEnd: 'clamp' },
    exponential: {
      ...{ kind: 'exponential', lr, staircase: false, decaySteps: steps },
      rate: Math.max(1e-6, digits3((end || lr / 100) / lr)),
    },
  }
  return { steps, schedule: schedule[shape] }
}

export function withPartEnd(part: Part, end: number): Part {
  const shape = partShape(part)
  if (shape === null) return part
  return makePart(shape, part.steps, shape === 'level' ? end : partStart(part)!, end)
}
export function withPartStart(part: Part, start: number): Part {
  const shape = partShape(part)
  return shape === null ? part : makePart(shape, part.steps, start, partEnd(part)!)
}
/** Another length; what it goes to stays. */
export function withPartSteps(part: Part, steps: number): Part {
  const shape = partShape(part)
  return shape === 'exponential' ? makePart(shape, steps, partStart(part)!, partEnd(part)!) : { ...part, steps }
}
