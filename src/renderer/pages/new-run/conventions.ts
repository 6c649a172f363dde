import type { ScheduleSpec } from '../../../core/domain/schedules/registry'
import { withValue } from './spec-path'

/** One way in which libraries do a family, and what it sets in its spec. */
interface Convention {
  value: string
  label: string
  sets: Record<string, unknown>
}

const plain = (value: string, label: string): Convention => ({ value, label, sets: { convention: value } })
const PYTORCH = plain('pytorch', 'PyTorch')
const KERAS = plain('keras', 'Keras')

/** Smith's phases are 45/45/10; the usual 30 per cent would make them 30/30/40. */
const SMITH_SHARE = 0.45

/** Families that libraries do not agree on, the first convention being the one that holds where a spec names none. */
const CONVENTIONS: Partial<Record<string, readonly Convention[]>> = {
  'one-cycle': [
    { value: 'pytorch', label: 'PyTorch, two phases', sets: { convention: 'pytorch', threePhase: false } },
    { value: 'fastai', label: 'fastai', sets: { convention: 'fastai', threePhase: false } },
    {
      value: 'smith',
      label: 'Smith, three phases',
      sets: { convention: 'pytorch', threePhase: true, pctStart: SMITH_SHARE },
    },
  ],
  'multi-step': [PYTORCH, KERAS],
  'warm-restarts': [PYTORCH, KERAS],
  plateau: [PYTORCH, KERAS],
}

export const conventionsOf = (kind: string): readonly Convention[] => CONVENTIONS[kind] ?? []

/** The convention that a spec follows, by its name in {@link conventionsOf}. */
export function conventionOf(spec: Record<string, unknown>): string {
  if (spec.kind === 'one-cycle' && spec.threePhase === true) return 'smith'
  return String(spec.convention ?? conventionsOf(String(spec.kind))[0]?.value ?? '')
}

/** The same schedule as another library does it; what only the old one needed goes with it. */
export function withConvention(spec: Record<string, unknown>, value: string): ScheduleSpec {
  const sets = conventionsOf(String(spec.kind)).find((convention) => convention.value === value)?.sets ?? {}
  const isLeaving = conventionOf(spec) === 'smith' && value !== 'smith' && spec.pctStart === SMITH_SHARE
  const start = isLeaving ? withValue(spec, 'pctStart', undefined) : spec
  return Object.entries(sets).reduce((made, [path, to]) => withValue(made, path, to), start) as unknown as ScheduleSpec
}
