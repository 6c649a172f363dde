import { FAMILIES, type ScheduleSpec } from '../../../core/domain/schedules/registry'
import type { GroupLine } from '../../../core/domain/table/table'
import { fieldLabel } from '../../run-table/columns'
import { fieldText } from '../../run-table/field-text'

type Group = Pick<GroupLine, 'field' | 'value'>

/** Updates and peak of the picture of a family of schedules. */
const PICTURE = { steps: 100, peak: 0.1 }
const OPTIMIZERS: Record<string, string> = { sgd: 'SGD', adam: 'Adam', adamw: 'AdamW', rmsprop: 'RMSprop' }

const familyWith = ({ field, value }: Group) =>
  field === 'schedule.kind' ? FAMILIES.find(({ kind }) => kind === value) : undefined

/** What a group's runs have in common, for people: "1cycle", "Batch 128", "No group". @param now ms, for times */
export function groupName(group: Group, now: number): string {
  const { field, value } = group
  if (value === null || value === '') return `No ${fieldLabel(field).toLowerCase()}`
  const family = familyWith(group)
  if (family) return family.label
  if (field === 'optimizer.kind') return OPTIMIZERS[String(value)] ?? String(value)
  if (field === 'status') return String(value).replace(/^./, (letter) => letter.toUpperCase())
  const text = fieldText(field, value, now)
  return typeof value === 'string' ? text : `${fieldLabel(field)} ${text}`
}

/** The usual schedule of the family that a group's runs have in common; null where they are grouped by something else. */
export function groupSchedule(group: Group): { spec: ScheduleSpec; steps: number } | null {
  const family = familyWith(group)
  return family ? { spec: family.defaults(PICTURE.peak, PICTURE.steps), steps: PICTURE.steps } : null
}
