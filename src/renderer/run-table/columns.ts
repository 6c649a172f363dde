import { fieldOf } from '../../core/domain/filter/fields'
import { formatCount, formatLoss, formatRate, MISSING } from '../../core/domain/format'
import { metricNumber } from '../../core/domain/metric-words'
import { METRIC } from '../../core/domain/metrics'
import { isLive, type RunProgress, type RunRow } from '../../core/domain/run'
import { formatSetting, formatWallTime, optimizerLabel, scheduleLabel, wallTime } from '../format/run-words'
import { formatMoment } from '../format/time'
import { bestAccuracy } from '../run-charts/best-accuracy'
import { BEST, DEFAULT_COLUMNS, FINAL_LOSS, LOSS_CURVE } from './default-columns'
import { type Aggregate, fieldText, metricOf } from './field-text'

/** What a cell is made from: the row as stored, and where a live run is now. */
export interface RowView {
  run: RunRow
  progress: RunProgress | null
  now: number
}

/** How a cell is drawn; everything else is text. */
export type CellLook = 'dot' | 'name' | 'status' | 'tag' | 'tags' | 'schedule' | 'best' | 'loss' | 'curve' | 'text'

/** A column of the table. Its id is the field of the filter language that it shows, except for the dot and for curves. */
export interface TableColumn {
  id: string
  label: string
  look: CellLook
  /** First width in px. */
  width: number
  right: boolean
  /** Field that a click on the head sorts by; none for the dot and for curves. */
  sort?: string
  /** The first click sorts this way. */
  descending: boolean
  /** Text of the cell; also what a screen reader hears of one that is drawn. */
  text: (view: RowView) => string
}

/** The last training loss; for a diverged run the word and the step instead of a number. */
export function lossText({ run, progress }: RowView): string {
  const last = run.metrics[METRIC.trainLoss]?.last
  if (run.status === 'diverged' && run.divergedAt !== null) {
    const word = last === undefined || Number.isFinite(last) ? 'NaN' : formatLoss(last)
    return `${word} @ ${formatCount(run.divergedAt)}`
  }
  const loss = (isLive(run.status) && progress?.loss) || last
  return loss === undefined ? MISSING : formatLoss(loss)
}

function bestText({ run, progress }: RowView): string {
  const best = bestAccuracy(run, progress)
  return best ? metricNumber(METRIC.validationAccuracy, best.value) : MISSING
}

function durationText({ run, now }: RowView): string {
  const ms = wallTime(run, now)
  return ms === null ? MISSING : formatWallTime(ms)
}

type Known = Pick<TableColumn, 'label' | 'width'> & Partial<TableColumn>

/** Columns with a name, a width or a look of their own. */
const KNOWN: Record<string, Known> = {
  visible: { label: 'Visible', width: 40, look: 'dot', sort: undefined, text: () => '' },
  name: { label: 'Name', width: 184, look: 'name' },
  status: { label: 'Status', width: 112, look: 'status' },
  group: { label: 'Group', width: 112, look: 'tag' },
  tags: { label: 'Tags', width: 132, look: 'tags' },
  'optimizer.kind': { label: 'Optimizer', width: 88, text: ({ run }) => optimizerLabel(run.spec) },
  peakLr: { label: 'Peak LR', width: 74, descending: true, text: ({ run }) => formatRate(run.peakLr) },
  'schedule.kind': {
    label: 'Schedule',
    width: 150,
    look: 'schedule',
    text: ({ run }) => (run.spec.rangeTest ? 'Range test' : scheduleLabel(run.spec.schedule)),
  },
  batchSize: { label: 'Batch', width: 60, right: true },
  'optimizer.weightDecay': {
    label: 'Weight decay',
    width: 96,
    text: ({ run }) => formatSetting(run.spec.optimizer.weightDecay),
  },
  [BEST]: { label: 'Best val acc @ step', width: 150, look: 'best', text: bestText },
  [FINAL_LOSS]: { label: 'Final loss', width: 92, look: 'loss', text: lossText },
  [LOSS_CURVE]: { label: 'Loss', width: 92, look: 'curve', sort: undefined },
  duration: { label: 'Wall time', width: 82, descending: true, text: durationText },
  startedAt: {
    label: 'Started',
    width: 104,
    descending: true,
    text: ({ run, now }) => (run.startedAt === null ? MISSING : formatMoment(run.startedAt, now)),
  },
  createdAt: { label: 'Created', width: 104, descending: true },
  endedAt: { label: 'Ended', width: 104, descending: true },
  divergedAt: { label: 'Diverged at', width: 88 },
  'dataset.kind': { label: 'Dataset', width: 104 },
  'model.preset': { label: 'Model', width: 104 },
  'optimizer.momentum': { label: 'Momentum', width: 84 },
  parameters: { label: 'Weights', width: 84, descending: true },
  totalSteps: { label: 'Planned steps', width: 96, descending: true },
  steps: { label: 'Steps', width: 74, descending: true },
  engine: { label: 'Engine', width: 74 },
  type: { label: 'Type', width: 88 },
  notes: { label: 'Notes', width: 184 },
  seed: { label: 'Seed', width: 60, right: true },
}

const AGGREGATE_LABELS: Record<Aggregate, string> = {
  last: 'last',
  min: 'min',
  max: 'max',
  best: 'best @ step',
  bestStep: 'best step',
  curve: 'curve',
}

/** What a field is called on heads, in menus and in group lines. */
export function fieldLabel(field: string): string {
  const known = KNOWN[field]
  if (known) return known.label
  const metric = metricOf(field)
  return metric ? `${metric.metric}, ${AGGREGATE_LABELS[metric.aggregate]}` : field
}

const TEXTS = new Set(['id', 'reason', 'type', 'engine', 'notes'])
const isTextField = (field: string): boolean => TEXTS.has(field) || /\.(kind|mode|convention|path|preset)$/.test(field)

/** Reads a field as the core does; a name that is no field, from an old view, reads as missing. */
function reader(field: string): (run: RunRow) => unknown {
  try {
    return fieldOf(field, 0).read
  } catch {
    return () => undefined
  }
}

const made = new Map<string, TableColumn>()

/** The column of a field, the dot, or a metric's curve. The same object each time. */
export function columnOf(id: string): TableColumn {
  const before = made.get(id)
  if (before) return before
  const column = make(id)
  made.set(id, column)
  return column
}

function make(id: string): TableColumn {
  const metric = metricOf(id)
  // Most columns have a text of their own and never need it; to find that a name is no field takes long.
  let read: ((run: RunRow) => unknown) | undefined
  const known = KNOWN[id]
  const right = metric ? metric.aggregate !== 'curve' : !known?.look && !isTextField(id)
  const look = metric?.aggregate === 'curve' ? 'curve' : metric?.aggregate === 'best' ? 'best' : 'text'
  return {
    id,
    label: fieldLabel(id),
    look,
    width: 112,
    right,
    ...(look !== 'curve' && { sort: id }),
    descending: metric !== null && metric.aggregate === 'max',
    text: ({ run, now }) => fieldText(id, (read ??= reader(id))(run), now),
    ...known,
  }
}

/** Columns that a narrow table goes without until somebody chooses, the first to go first. */
const YIELDING = [LOSS_CURVE, 'optimizer.kind', 'optimizer.weightDecay', 'group', 'batchSize', 'startedAt', 'duration']

/** A mean and its spread take more room than a number. */
const SPREAD_PX = 44

/** A column's usual width in px. @param folded whether the table has lines of several runs */
export function usualWidth(id: string, folded: boolean): number {
  const hasSpread = id === 'duration' || (metricOf(id) !== null && columnOf(id).look !== 'curve' && id !== BEST)
  return columnOf(id).width + (folded && hasSpread ? SPREAD_PX : 0)
}

/** Those of the default columns that fit a width in px. */
export function fitting(width: number, folded = false): string[] {
  let left = [...DEFAULT_COLUMNS]
  const needed = () => left.reduce((sum, id) => sum + usualWidth(id, folded), 0)
  for (const id of YIELDING) if (needed() > width) left = left.filter((one) => one !== id)
  return left
}
