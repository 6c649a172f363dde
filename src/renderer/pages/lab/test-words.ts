import { formatDuration, formatRate } from '../../../core/domain/format'
import type { RunRow } from '../../../core/domain/run'
import { formatSetting, modelLabel, optimizerLabel, wallTime } from '../../format/run-words'

/** "cnn-small, SGD + mom": what was tested. */
export const testTitle = (run: RunRow): string => `${modelLabel(run.spec)}, ${optimizerLabel(run.spec)}`

/** Settings that a suggestion depends on most. */
export function testSettings({ spec }: RunRow): string[] {
  return [`batch ${spec.batchSize}`, `wd ${formatSetting(spec.optimizer.weightDecay)}`, `seed ${spec.seed}`]
}

/** What a list calls a test: its name, or where that is the usual one what was tested. */
export const listName = (run: RunRow): string => (run.name.startsWith('range test ') ? testTitle(run) : run.name)

/** "b128, wd 5e-4": the same, short. */
export const shortSettings = ({ spec }: RunRow): string =>
  `b${spec.batchSize}, wd ${formatSetting(spec.optimizer.weightDecay)}`

/** "300 steps, 1e-6 to 10, 21 s": how it was tested. */
export function testCourse(run: RunRow, now: number): string {
  const { steps, from, to, growth, repeats } = run.spec.rangeTest!
  const time = wallTime(run, now)
  return [
    `${repeats} × ${steps} steps${growth === 'linear' ? ', linear' : ''}`,
    `${endRate(from)} to ${endRate(to)}`,
    ...(time === null ? [] : [formatDuration(time)]),
  ].join(', ')
}

/** Ends are round numbers that people typed: no zeros behind them. */
const endRate = (lr: number): string => (lr >= 0.001 && lr < 1e5 ? String(lr) : formatRate(lr))
