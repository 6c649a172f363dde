import type { MetricSummary } from './metrics'
import type { RunSpec } from './spec/run-spec'

export const RUN_STATUSES = ['queued', 'running', 'finished', 'stopped', 'diverged', 'failed', 'interrupted'] as const

/**
 * queued -> running -> finished, stopped (by the user), diverged (non-finite loss), failed (error), interrupted (process died).
 * Stopped, interrupted and failed runs may be resumed.
 */
export type RunStatus = (typeof RUN_STATUSES)[number]

const NEXT: Record<RunStatus, readonly RunStatus[]> = {
  queued: ['running', 'stopped', 'failed', 'interrupted'],
  running: ['finished', 'stopped', 'diverged', 'failed', 'interrupted'],
  finished: [],
  diverged: [],
  stopped: ['queued', 'running'],
  failed: ['queued', 'running'],
  interrupted: ['queued', 'running'],
}

export const mayBecome = (from: RunStatus, to: RunStatus): boolean => NEXT[from].includes(to)

/** Only queued and running runs can change by themselves. */
export const isLive = (status: RunStatus): boolean => status === 'queued' || status === 'running'

/** Which engine trained a run, and why not a faster one. */
export interface EngineInfo {
  kind: 'native' | 'wasm' | 'cpu'
  /** For people: "wasm (SIMD), TensorFlow.js 4.22". */
  label: string
  version: string
  threads: number
  /** What TensorFlow computes on; absent where the engine is not TensorFlow. */
  device?: 'cpu' | 'gpu'
  /** Intel's oneDNN kernels in TensorFlow: they change speed and the last bits. Absent where the engine is not TensorFlow. */
  oneDnn?: boolean
  /** Why a faster engine was not used; null where this is the fastest. */
  whyNotFaster: string | null
}

/** What a run was trained on. Mean and standard deviation are of the training inputs before standardisation. */
export interface DatasetSummary {
  kind: string
  label: string
  train: number
  validation: number
  /** Shape of one input, channels last. */
  shape: number[]
  /** 0 in a regression. */
  classes: number
  /** Names of the classes where the data has any, in the order of their numbers. */
  classNames?: string[]
  /** What a regression learns; mean and standard deviation were taken out where they are not 0 and 1. */
  targets?: { name: string; mean: number; std: number }[]
  mean: number
  std: number
  sha256: string
  /** What reading the data left out or changed, for people. */
  notes?: string[]
}

/** Numbers that a model puts out for a dataset: one a class, or one a target. */
export const outputsOf = ({ classes, targets }: DatasetSummary): number => targets?.length ?? classes

/** Facts about the machine and program that trained a run. */
export interface Environment {
  anneal: string
  node: string
  platform: string
  cpu: string
  cores: number
  memoryGb: number
}

/** One run as lists, tables and live updates carry it. Times are ms since the epoch. */
export interface RunRow {
  id: string
  name: string
  group: string
  tags: string[]
  notes: string
  status: RunStatus
  /** Why it failed, was interrupted or stopped; null otherwise. */
  reason: string | null
  spec: RunSpec
  /** Updates that are stored, of totalSteps planned. */
  steps: number
  totalSteps: number
  peakLr: number
  divergedAt: number | null
  createdAt: number
  startedAt: number | null
  endedAt: number | null
  engine: EngineInfo | null
  dataset: DatasetSummary | null
  environment: Environment | null
  /** Number of weights; null before the first start. */
  parameters: number | null
  /** Left out of the table until somebody asks for hidden runs; nothing else changes. */
  hidden: boolean
  /** Kept at the top of the table. */
  pinned: boolean
  /** Place in the page's row of colours, from 1 to {@link RUN_COLOURS}, where the user chose one; null: the page gives it. */
  colour: number | null
  /** Updates beyond {@link steps} that were stored and are lost: the end of the log was damaged. Absent: none. */
  missing?: number
  metrics: Record<string, MetricSummary>
}

/** Colours that a user may give a run. */
export const RUN_COLOURS = 12

/** Where a running run is now; sent at most ten times a second. */
export interface RunProgress {
  run: string
  /** What the trainer is busy with before its first update, for people; null once it trains. */
  phase: string | null
  /** What it waits for before it goes on, for people: the disk, which takes nothing. Absent: nothing. */
  waits?: string
  step: number
  totalSteps: number
  stepsPerSecond: number
  /** Estimated time to the end in ms; null during the first 20 updates. */
  etaMs: number | null
  loss: number
  lr: number
  validationAccuracy: number | null
  /** Points stored so far of each metric: the cursor for new ones. */
  counts: Record<string, number>
}

/** What a run is for; `confirm` tries out what a range test suggests. */
export const RUN_TYPES = ['training', 'range-test', 'confirm'] as const
export type RunType = (typeof RUN_TYPES)[number]

const CONFIRM = 'confirm '

/** The group of the runs that try out what a range test suggests. */
export const confirmGroup = (rangeTest: string): string => CONFIRM + rangeTest

/** A run's type by its spec, which never changes: a run that was moved to another group stays what it is. */
export function typeOf({ spec }: Pick<RunRow, 'spec'>): RunType {
  if (spec.rangeTest) return 'range-test'
  return spec.group.startsWith(CONFIRM) ? 'confirm' : 'training'
}
