import { compareRuns } from '../../../core/domain/compare/compare'
import type { RunRow } from '../../../core/domain/run'
import { formatSetting } from '../../format/run-words'

/** One setting in which two tests differ. */
export interface Difference {
  label: string
  here: string
  there: string
  /** How many times as large it is in the other test; null where it is no positive number. */
  factor: number | null
}

/** Parts of a spec that a range test does not use, or that change nothing but its speed. */
const UNUSED = ['schedule', 'budget', 'evaluate', 'checkpoint', 'record', 'threads', 'engine']

const LABELS: Record<string, string> = {
  batchSize: 'batch',
  'optimizer.weightDecay': 'weight decay',
  'optimizer.kind': 'optimizer',
  'optimizer.momentum': 'momentum',
  'dataset.kind': 'dataset',
  'model.preset': 'model',
  'rangeTest.steps': 'steps',
  'rangeTest.repeats': 'repeats',
  'rangeTest.from': 'first rate',
  'rangeTest.to': 'last rate',
  'rangeTest.growth': 'growth',
}

/** The settings in which another test differs from this one, in the order of the spec. */
export function differences(here: RunRow, there: RunRow): Difference[] {
  const parameters = compareRuns([here, there]).parameters.filter(({ differs }) => differs)
  const kinds = parameters.filter(({ path }) => path.endsWith('.kind')).map(({ path }) => path)
  return parameters
    .filter(({ path }) => {
      const part = path.split('.')[0]!
      // Another kind of data or optimizer has other fields: its name says it all.
      return !UNUSED.includes(part) && (path === `${part}.kind` || !kinds.includes(`${part}.kind`))
    })
    .map(({ path, values: [a, b] }) => ({
      label: LABELS[path] ?? path,
      here: settingText(a),
      there: settingText(b),
      factor: typeof a === 'number' && typeof b === 'number' && a > 0 && b > 0 ? b / a : null,
    }))
}

function settingText(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'number') return formatSetting(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** "2.1", "33", "1.04": how many times as large, always as a number of at least 1. */
export const factorText = (factor: number): string => {
  const up = factor >= 1 ? factor : 1 / factor
  return up < 1.1 ? up.toFixed(2) : up < 10 ? up.toFixed(1).replace(/\.0$/, '') : String(Math.round(up))
}
