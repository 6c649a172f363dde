import { formatCount, formatRate } from '../../../core/domain/format'
import { createSchedule, familyOf, type ScheduleKind, type ScheduleSpec } from '../../../core/domain/schedules/registry'
import type { FamilyField } from './family-field'
import { fieldsOfSchema } from './schema-fields'

const words = (...names: string[]) => names.map((value) => ({ value, label: value[0]!.toUpperCase() + value.slice(1) }))

/** Fields of the families in the order in which they are shown; a family that is not here shows those of its schema. */
const FIELDS: Partial<Record<string, FamilyField[]>> = {
  constant: [{ path: 'lr', label: 'LR', control: 'rate' }],
  step: [
    { path: 'lr', label: 'Peak LR', control: 'rate' },
    { path: 'everySteps', label: 'Every', control: 'count', hint: () => 'updates' },
    { path: 'gamma', label: 'Times', control: 'number', optional: 0.1 },
  ],
  'one-cycle': [
    { path: 'maxLr', label: 'Peak LR', control: 'rate' },
    { path: 'div', label: 'Initial, peak /', control: 'number', optional: 25, hint: (spec, n) => rateAt(spec, n, 0) },
    {
      path: 'finalDiv',
      label: 'Final, initial /',
      control: 'number',
      optional: 1e4,
      hint: (spec, n) => rateAt(spec, n, n - 1),
    },
    { path: 'pctStart', label: 'Peak at', control: 'percent', optional: 0.3, hint: peakStep },
    { path: 'anneal', label: 'Anneal', control: 'choice', optional: 'cosine', options: words('cosine', 'linear') },
    { path: 'momentum.max', label: 'Momentum max', control: 'momentum', optional: 0.95 },
    { path: 'momentum.base', label: 'Momentum min', control: 'momentum', optional: 0.85 },
    { path: 'threePhase', label: 'Three phases', control: 'toggle', optional: false },
    {
      path: 'convention',
      label: 'Convention',
      control: 'choice',
      optional: 'pytorch',
      options: [
        { value: 'pytorch', label: 'PyTorch' },
        { value: 'fastai', label: 'fastai' },
      ],
    },
  ],
}

export const fieldsOf = (kind: ScheduleKind): FamilyField[] => FIELDS[kind] ?? fieldsOfSchema(familyOf(kind).schema)

function rateAt(spec: ScheduleSpec, steps: number, t: number): string {
  return formatRate(createSchedule(spec, steps).lr(t))
}

function peakStep(spec: ScheduleSpec, steps: number): string {
  const peak = createSchedule(spec, steps).phases[0]
  return peak ? `step ${formatCount(peak.to)}` : ''
}
