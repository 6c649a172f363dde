import type { MetricSummary } from '../domain/metrics'
import type { DatasetSummary, EngineInfo, Environment, RunRow, RunStatus } from '../domain/run'
import type { RunSpec } from '../domain/spec/run-spec'
import type { RunPatch } from './types'

/** A row of the run table. */
export interface RunRecord {
  key: number
  id: string
  name: string
  run_group: string
  tags: string
  notes: string
  status: RunStatus
  reason: string | null
  spec: string
  steps: number
  total_steps: number
  peak_lr: number
  diverged_at: number | null
  created_at: number
  started_at: number | null
  ended_at: number | null
  engine: string | null
  dataset: string | null
  environment: string | null
  parameters: number | null
  hidden: number
  pinned: number
  colour: number | null
  missing: number
}

const parse = <T>(json: string | null): T | null => (json === null ? null : (JSON.parse(json) as T))

/** The parts of a row that are JSON of their own. */
export interface RunParts {
  spec: RunSpec
  engine: EngineInfo | null
  dataset: DatasetSummary | null
  environment: Environment | null
}

export const parseParts = (record: RunRecord): RunParts => ({
  spec: JSON.parse(record.spec),
  engine: parse(record.engine),
  dataset: parse(record.dataset),
  environment: parse(record.environment),
})

export const toRunRow = (
  record: RunRecord,
  metrics: Record<string, MetricSummary> = {},
  { spec, engine, dataset, environment }: RunParts = parseParts(record),
): RunRow => ({
  id: record.id,
  name: record.name,
  group: record.run_group,
  tags: JSON.parse(record.tags),
  notes: record.notes,
  status: record.status,
  reason: record.reason,
  spec,
  steps: record.steps,
  totalSteps: record.total_steps,
  peakLr: record.peak_lr,
  divergedAt: record.diverged_at,
  createdAt: record.created_at,
  startedAt: record.started_at,
  endedAt: record.ended_at,
  engine,
  dataset,
  environment,
  parameters: record.parameters,
  hidden: record.hidden !== 0,
  pinned: record.pinned !== 0,
  colour: record.colour,
  ...(record.missing > 0 && { missing: record.missing }),
  metrics,
})

type Column = string | number | null

const json = (value: unknown): Column => JSON.stringify(value)
const same = (value: unknown) => value as Column
const bit = (value: unknown): Column => Number(value)

/** Column of each field that may change, and how it is written. */
const PATCH_COLUMNS: Record<keyof RunPatch, { column: string; write: (value: unknown) => Column }> = {
  name: { column: 'name', write: same },
  group: { column: 'run_group', write: same },
  tags: { column: 'tags', write: json },
  notes: { column: 'notes', write: same },
  totalSteps: { column: 'total_steps', write: same },
  startedAt: { column: 'started_at', write: same },
  endedAt: { column: 'ended_at', write: same },
  divergedAt: { column: 'diverged_at', write: same },
  reason: { column: 'reason', write: same },
  engine: { column: 'engine', write: json },
  dataset: { column: 'dataset', write: json },
  environment: { column: 'environment', write: json },
  parameters: { column: 'parameters', write: same },
  hidden: { column: 'hidden', write: bit },
  pinned: { column: 'pinned', write: bit },
  colour: { column: 'colour', write: same },
}

/** Assignments of a patch for an UPDATE; what is absent or undefined stays as it is. */
export function assignments(patch: RunPatch): { sql: string[]; values: Column[] } {
  const given = (Object.keys(PATCH_COLUMNS) as (keyof RunPatch)[]).filter((field) => patch[field] !== undefined)
  return {
    sql: given.map((field) => `${PATCH_COLUMNS[field].column} = ?`),
    values: given.map((field) => PATCH_COLUMNS[field].write(patch[field])),
  }
}
