import { plannedSchedule } from '../range-test/planned-schedule'
import type { RunRow } from '../run'
import { createSchedule, familyOf } from '../schedules/registry'
import { compareRuns } from './compare'

/** One side of a comparison: a run, or replicates of one setting. */
export interface Side {
  id: string
  rows: readonly RunRow[]
}

/** A setting, and what each side has for it, in the sides' order: null where it has none, a list where its runs differ. */
export interface ParameterRow {
  path: string
  label: string
  /** A learning rate: written as one, and in its colour. */
  rate: boolean
  values: unknown[]
  differs: boolean
}

const LABELS: Record<string, string> = {
  'optimizer.kind': 'Optimizer',
  'optimizer.momentum': 'Momentum',
  'optimizer.nesterov': 'Nesterov',
  'optimizer.weightDecay': 'Weight decay',
  'optimizer.beta1': 'β1',
  'optimizer.beta2': 'β2',
  'optimizer.epsilon': 'ε',
  'dataset.kind': 'Data',
  'dataset.train': 'Training samples',
  'dataset.validation': 'Validation samples',
  'model.preset': 'Model',
  'budget.steps': 'Steps',
  'budget.epochs': 'Epochs',
  'evaluate.everySteps': 'Evaluated every',
  'clip.norm': 'Gradients clipped at',
  batchSize: 'Batch size',
  labelSmoothing: 'Label smoothing',
  loss: 'Loss',
  seed: 'Seed',
  engine: 'Engine',
  threads: 'Threads',
}

/** What all schedules have, whatever their fields are called. */
interface ScheduleFact {
  path: string
  label: string
  rate: boolean
  read: (row: RunRow) => unknown
}

const N = ({ totalSteps }: RunRow) => Math.max(1, totalSteps)
const scheduleOf = (row: RunRow) => createSchedule(plannedSchedule(row.spec), N(row))

const FACTS: readonly ScheduleFact[] = [
  {
    path: 'schedule.kind',
    label: 'Schedule',
    rate: false,
    read: ({ spec }) => (spec.rangeTest ? 'Range test' : familyOf(spec.schedule.kind).label),
  },
  { path: 'peakLr', label: 'Peak LR', rate: true, read: ({ peakLr }) => peakLr },
  { path: 'initialLr', label: 'Initial LR', rate: true, read: (row) => scheduleOf(row).lr(0) },
  { path: 'finalLr', label: 'Final LR', rate: true, read: (row) => scheduleOf(row).lr(N(row) - 1) },
  { path: 'warmupShare', label: 'Warm-up', rate: false, read: warmupShare },
]

/** Share of the run that a warm-up takes, as text; null where there is none. */
function warmupShare(row: RunRow): string | null {
  const first = scheduleOf(row).phases[0]
  if (!first || first.from !== 0 || !first.label.startsWith('warm-up')) return null
  return `${Number(((100 * (first.to + 1)) / N(row)).toPrecision(3))} %`
}

/** Every setting of some sides, those of the schedule first. Names, groups, tags and notes are none. */
export function sideParameters(sides: readonly Side[]): ParameterRow[] {
  const rows = sides.flatMap((side) => side.rows)
  const compared = compareRuns(rows)
  // Rows of all sides lie one behind the other: each side takes its own.
  const perSide = (values: readonly unknown[]): unknown[] => {
    let at = 0
    return sides.map((side) => together(values.slice(at, (at += side.rows.length))))
  }
  const facts = FACTS.map(({ path, label, rate, read }) => parameterRow(path, label, rate, perSide(rows.map(read))))
  const paths = compared.parameters
    .filter(({ path }) => !FACTS.some((fact) => fact.path === path))
    .map(({ path, values }) => parameterRow(path, LABELS[path] ?? path, /lr$/i.test(path), perSide(values)))
  return [...facts, ...paths]
}

/** One value where all are the same, else the list of the different ones. */
function together(values: readonly unknown[]): unknown {
  const different = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
  return different.length === 1 ? different[0] : different
}

function parameterRow(path: string, label: string, rate: boolean, values: unknown[]): ParameterRow {
  return { path, label, rate, values, differs: new Set(values.map((value) => JSON.stringify(value))).size > 1 }
}

/** How many times the reference a number is; null where one of the two is no number, or the reference 0. */
export function ratioTo(reference: unknown, value: unknown): number | null {
  if (typeof reference !== 'number' || typeof value !== 'number' || reference === 0) return null
  const ratio = value / reference
  return Number.isFinite(ratio) ? ratio : null
}
