import { formatCount, formatDuration } from '../../core/domain/format'
import type { RunRow } from '../../core/domain/run'
import { familyOf, type ScheduleSpec } from '../../core/domain/schedules/registry'
import { isNesterov, optimizerName } from '../../core/domain/spec/optimizers'
import { stepsPerEpoch, trainingSamples } from '../../core/domain/spec/run-spec'

export const scheduleLabel = (spec: ScheduleSpec): string => familyOf(spec.kind).label

/** "SGD + mom", "AdamW": what steps the weights, short enough for a column. */
export function optimizerLabel({ optimizer }: RunRow['spec']): string {
  const name = optimizerName(optimizer)
  if (!('momentum' in optimizer) || !optimizer.momentum) return name
  return `${name} + ${isNesterov(optimizer) ? 'Nesterov' : 'mom'}`
}

const DATASET_LABELS: Record<string, string> = {
  mnist: 'MNIST',
  'fashion-mnist': 'Fashion-MNIST',
  spirals: 'Spirals',
  glyphs: 'Glyphs',
  'teacher-student': 'Teacher-student',
  csv: 'Table',
  idx: 'IDX files',
  'image-folder': 'Image folder',
}
export const datasetLabel = (run: RunRow): string =>
  run.dataset?.label ?? DATASET_LABELS[run.spec.dataset.kind] ?? run.spec.dataset.kind

export const modelLabel = ({ model }: RunRow['spec']): string =>
  'preset' in model ? model.preset : `${model.layers.length} layers`

/** Updates in an epoch; null where only the files know. */
export function epochLength({ spec, dataset }: RunRow): number | null {
  const samples = dataset?.train ?? trainingSamples(spec.dataset)
  return samples === null ? null : stepsPerEpoch(samples, spec.batchSize)
}

/** Time between start and end, or until now for a live run; null before the start. */
export function wallTime({ startedAt, endedAt }: RunRow, now: number): number | null {
  return startedAt === null ? null : (endedAt ?? now) - startedAt
}

/** Weight decay and other small settings: 0, 5e-4, 1e-2, 0.5. */
export const formatSetting = (x: number): string =>
  x !== 0 && Math.abs(x) < 0.1 ? Number(x.toPrecision(3)).toExponential() : String(x)

export const formatWallTime = (ms: number): string => formatDuration(ms)

/** "3 runs", "1 run", "10 000 runs". */
export const countOf = (n: number, one: string): string => `${formatCount(n)} ${one}${n === 1 ? '' : 's'}`
