import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { parseRunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import type { SavedCheckpoint } from '../../src/core/engine/checkpoints/keeper'
import { train } from '../../src/core/engine/train/train'
import type { StartingPoint } from '../../src/core/engine/types'

/** Everything that a network here can hold: statistics, dropout's draws, two slots a weight. */
export const CNN: RunSpecInput = {
  dataset: { kind: 'glyphs', train: 150, validation: 60 },
  model: {
    layers: [
      { kind: 'conv2d', filters: 4, kernel: 3, bias: false },
      { kind: 'batch-norm' },
      { kind: 'relu' },
      { kind: 'flatten' },
      { kind: 'dropout', rate: 0.3 },
    ],
  },
  optimizer: { kind: 'adam' },
  schedule: { kind: 'one-cycle', maxLr: 0.02 },
  batchSize: 32,
  budget: { steps: 24 },
  evaluate: { everySteps: 6 },
  seed: 3,
}

export const MLP: RunSpecInput = {
  dataset: { kind: 'spirals', train: 320, validation: 100 },
  model: { preset: 'mlp' },
  optimizer: { kind: 'sgd', nesterov: true, weightDecay: 1e-3 },
  schedule: { kind: 'one-cycle', maxLr: 0.2 },
  batchSize: 48,
  budget: { steps: 40 },
  evaluate: { everySteps: 10 },
  seed: 1,
}

export type Track = 'update' | 'ratio' | 'evaluation'
export type Points = Record<Track, { step: number; values: number[] }[]>

/** Position of the wall time of an update, the only value that is not the same twice. */
const STEP_TIME = 5

export function newFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'anneal-checkpoints-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'run')
}

export interface Trained {
  status: string
  points: Points
  saved: SavedCheckpoint[]
  notices: string[]
  start: StartingPoint
}

/**
 * Trains in this process, with checkpoints in a folder.
 *
 * @param options.stopAt asks to stop once that many updates were recorded
 * @param options.resume files to go on from, newest first
 */
export async function trained(
  spec: RunSpecInput,
  folder: string,
  { stopAt = Infinity, resume = [] as string[] } = {},
): Promise<Trained> {
  const points: Points = { update: [], ratio: [], evaluation: [] }
  const saved: SavedCheckpoint[] = []
  const notices: string[] = []
  let start: StartingPoint | undefined
  let last = 0
  const { status } = await train(parseRunSpec(spec), {
    recorder: {
      record(track, step, values) {
        if (track === 'update') last = step + 1
        points[track as Track].push({
          step,
          values: values.filter((_, i) => track !== 'update' || i !== STEP_TIME),
        })
      },
    },
    loading: () => {},
    ready: (info) => (start = info.start),
    notice: (message) => notices.push(message),
    checkpoints: { folder, resume, saved: (one) => saved.push(one) },
    shouldStop: () => last >= stopAt,
    pause: async () => {},
  })
  return { status, points, saved, notices, start: start! }
}

export const fileOf = (folder: string, step: number): string => join(folder, `${step}.ckpt`)

/** What a run recorded before a break, cut where the next part starts, and that part. */
export function joined(before: Points, { points, start }: Trained): Points {
  const join = (track: Track) => {
    const from = track === 'evaluation' && start.evaluationDue ? start.step - 1 : start.step
    return [...before[track].filter(({ step }) => step < from), ...points[track]]
  }
  return { update: join('update'), ratio: join('ratio'), evaluation: join('evaluation') }
}
