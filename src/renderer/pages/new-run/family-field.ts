import type { ScheduleSpec } from '../../../core/domain/schedules/registry'

/** How a number of a spec is typed in; `counts` is several whole numbers with commas between. */
export type Control = 'rate' | 'count' | 'number' | 'percent' | 'momentum' | 'counts'

/** A value inside the draft's schedule by its dotted path. */
export type Look = (path: string) => unknown

export type FamilyField = {
  path: string
  label: string
  /** Words in the field, behind the value. */
  hint?: (spec: ScheduleSpec, steps: number) => string
  /** Shown only where this holds; always where absent. */
  when?: (at: Look) => boolean
} & (
  | { control: Control; optional?: number }
  | { control: 'choice'; options: readonly { value: string; label: string }[]; optional?: string }
  | { control: 'toggle'; optional?: boolean }
  /** A part of the spec that is there or not: what it is when it is switched on and off, and what holds by itself. */
  | { control: 'part'; on: unknown; off: unknown; optional: boolean }
  /** Points and parts have editors of their own. */
  | { control: 'points' | 'parts' }
)
