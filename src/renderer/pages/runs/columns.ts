import { createColumnHelper } from '@tanstack/vue-table'
import { formatCount, formatLoss, formatPercent, formatRate, MISSING } from '../../../core/domain/format'
import { METRIC } from '../../../core/domain/metrics'
import { isLive, type RunProgress, type RunRow } from '../../../core/domain/run'
import { formatSetting, formatWallTime, optimizerLabel, scheduleLabel, wallTime } from '../../format/run-words'
import { bestAccuracy } from '../../run-charts/best-accuracy'
import { formatMoment } from '../../format/time'

/** What a cell is made from: the row as stored, and where a live run is now. */
export interface RowView {
  run: RunRow
  progress: RunProgress | null
  now: number
}

declare module '@tanstack/vue-table' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface ColumnMeta<TData, TValue> {
    label: string
    /** Column of runs.list that a click on the head sorts by. */
    sort?: string
    /** First click sorts this way. */
    descending?: boolean
    right?: boolean
    /** Columns with higher numbers are left out first where the table is too narrow; 0 stays. */
    yields: number
    /** Text of cells that are text. */
    text?: (view: RowView) => string
  }
}

/** The last training loss; for a diverged run the word and the step instead of a number. */
export function lossText({ run, progress }: RowView): string {
  if (run.status === 'diverged' && run.divergedAt !== null) {
    const last = run.metrics[METRIC.trainLoss]?.last
    const word = last === undefined || Number.isFinite(last) ? 'NaN' : formatLoss(last)
    return `${word} @ ${formatCount(run.divergedAt)}`
  }
  const loss = (isLive(run.status) && progress?.loss) || run.metrics[METRIC.trainLoss]?.last
  return loss === undefined ? MISSING : formatLoss(loss)
}

const column = createColumnHelper<RowView>()
const define = (id: string, size: number, meta: import('@tanstack/vue-table').ColumnMeta<RowView, unknown>) =>
  column.display({ id, size, meta })

/** The columns in the design's order, sizes in px. */
export const COLUMNS = [
  define('visible', 40, { label: 'Visible', yields: 0 }),
  define('name', 184, { label: 'Name', sort: 'name', yields: 0 }),
  define('status', 112, { label: 'Status', sort: 'status', yields: 0 }),
  define('group', 112, { label: 'Group', sort: 'group', yields: 4 }),
  define('optimizer', 88, {
    label: 'Optimizer',
    sort: 'optimizer.kind',
    yields: 6,
    text: ({ run }) => optimizerLabel(run.spec),
  }),
  define('peakLr', 74, {
    label: 'Peak LR',
    sort: 'peakLr',
    descending: true,
    right: true,
    yields: 0,
    text: ({ run }) => formatRate(run.peakLr),
  }),
  define('schedule', 150, {
    label: 'Schedule',
    sort: 'schedule',
    yields: 0,
    text: ({ run }) => (run.spec.rangeTest ? 'Range test' : scheduleLabel(run.spec.schedule)),
  }),
  define('batch', 60, {
    label: 'Batch',
    sort: 'batchSize',
    right: true,
    yields: 3,
    text: ({ run }) => String(run.spec.batchSize),
  }),
  define('weightDecay', 96, {
    label: 'Weight decay',
    sort: 'optimizer.weightDecay',
    right: true,
    yields: 5,
    text: ({ run }) => formatSetting(run.spec.optimizer.weightDecay),
  }),
  define('best', 150, {
    label: 'Best val acc @ step',
    sort: `${METRIC.validationAccuracy}.best`,
    descending: true,
    right: true,
    yields: 0,
    text: ({ run, progress }) => {
      const best = bestAccuracy(run, progress)
      return best ? formatPercent(best.value) : MISSING
    },
  }),
  define('loss', 92, {
    label: 'Final loss',
    sort: `${METRIC.trainLoss}.last`,
    right: true,
    yields: 0,
    text: lossText,
  }),
  define('wall', 82, {
    label: 'Wall time',
    sort: 'duration',
    descending: true,
    right: true,
    yields: 1,
    text: ({ run, now }) => {
      const ms = wallTime(run, now)
      return ms === null ? MISSING : formatWallTime(ms)
    },
  }),
  define('started', 104, {
    label: 'Started',
    sort: 'startedAt',
    descending: true,
    right: true,
    yields: 2,
    text: ({ run, now }) => (run.startedAt === null ? MISSING : formatMoment(run.startedAt, now)),
  }),
]

/** Ids of the columns that are left out so that the others fit a width. */
export function yielding(width: number): string[] {
  const out: string[] = []
  let needed = COLUMNS.reduce((sum, { size }) => sum + size!, 0)
  for (const { id, size } of [...COLUMNS].sort((a, b) => b.meta!.yields - a.meta!.yields)) {
    const { yields } = COLUMNS.find((one) => one.id === id)!.meta!
    if (needed <= width || yields === 0) break
    out.push(id!)
    needed -= size!
  }
  return out
}
