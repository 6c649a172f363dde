import { METRIC } from '../../core/domain/metric-names'

/** Both stay at the left edge, whatever is chosen and however far the table is scrolled. */
export const PINNED = ['visible', 'name'] as const
export const isPinned = (id: string): boolean => (PINNED as readonly string[]).includes(id)

export const BEST = `${METRIC.validationAccuracy}.best`
export const FINAL_LOSS = `${METRIC.trainLoss}.last`
export const LOSS_CURVE = `${METRIC.trainLoss}.curve`

/** The columns that everybody begins with, in the design's order. */
export const DEFAULT_COLUMNS: readonly string[] = [
  ...PINNED,
  'status',
  'group',
  'optimizer.kind',
  'peakLr',
  'schedule.kind',
  'batchSize',
  'optimizer.weightDecay',
  BEST,
  FINAL_LOSS,
  LOSS_CURVE,
  'duration',
  'startedAt',
]

/** Fields that the core must bring for these columns; curves need to know how many points there are. */
export function fieldsOf(columns: readonly string[]): string[] {
  const fields = columns.filter((id) => id !== 'visible').map((id) => id.replace(/\.curve$/, '.last'))
  return [...new Set(fields)]
}
