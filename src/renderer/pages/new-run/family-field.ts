import type { ScheduleSpec } from '../../../core/domain/schedules/registry'

/** How a field of a schedule is typed in. */
export type Control = 'rate' | 'count' | 'number' | 'percent' | 'momentum'

export type FamilyField = { path: string; label: string; hint?: (spec: ScheduleSpec, steps: number) => string } & (
  | { control: Control; optional?: number }
  | { control: 'choice'; options: readonly { value: string; label: string }[]; optional?: string }
  | { control: 'toggle'; optional?: boolean }
)
