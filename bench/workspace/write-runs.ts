import { createRng, type Rng } from '../../src/core/domain/rng'
import { createSchedule } from '../../src/core/domain/schedules/registry'
import { peakLr } from '../../src/core/domain/schedules/schedule'
import { idFrom } from '../../src/core/domain/ids'
import type { RunSpec } from '../../src/core/domain/spec/run-spec'
import type { RunPatch, Storage } from '../../src/core/storage/types'
import { drawOutcome, type Outcome } from './draw-outcome'
import { drawSettings } from './draw-settings'
import { learningCurve } from './learning-curve'

const SEEDS = 3
/** Points that a short run keeps of its updates: many runs are the point, not long ones. */
const KEPT = 40
/** Updates a transaction of a long run. */
const BATCH = 8192
const DAY = 86_400_000
const FROM = Date.UTC(2026, 0, 5, 8)

const FACTS: RunPatch = {
  engine: { kind: 'wasm', label: 'generated, not trained', version: '0', threads: 1, whyNotFaster: null },
  environment: { anneal: '0', node: '0', platform: 'generated', cpu: 'generated', cores: 2, memoryGb: 8 },
  parameters: 20_490,
}
const REASONS: Partial<Record<Outcome['status'], string>> = {
  stopped: 'Stopped by the user',
  interrupted: 'Anneal ended while this run was training; every stored step is kept',
  failed: 'Generated failure',
}

export interface WrittenRuns {
  ids: string[]
  /** Points of all metrics together. */
  points: number
  diverged: number
}

const newId = (rng: Rng) => idFrom(Uint8Array.from({ length: 8 }, () => rng.int(256)))

/** Creates a run, lets `record` store its points, and ends it as its outcome says. */
function writeRun(
  storage: Storage,
  run: { id: string; spec: RunSpec; steps: number; peak: number; createdAt: number; stepMs: number },
  outcome: Outcome,
  record: () => void,
): void {
  const { id, spec, steps, peak, createdAt, stepMs } = run
  storage.runs.create({ id, spec, name: spec.name, totalSteps: steps, peakLr: peak, createdAt })
  storage.runs.setStatus(id, 'running', { startedAt: createdAt + 1000, ...FACTS })
  record()
  storage.metrics.seal(id)
  const reason = REASONS[outcome.status]
  storage.runs.setStatus(id, outcome.status, {
    endedAt: createdAt + 1000 + stepMs * outcome.steps,
    ...(reason && { reason }),
    ...(outcome.divergedAt !== null && { divergedAt: outcome.divergedAt }),
  })
}

/** Milliseconds an update took in the generated world. */
const stepTime = ({ model, batchSize }: RunSpec) =>
  ('preset' in model && model.preset === 'mlp' ? 3 : 12) * Math.sqrt(batchSize / 64)

/** The same settings under other seeds: a group of replicates; or a single run. */
function seedsOf(rng: Rng, spec: RunSpec, atMost: number): RunSpec[] {
  if (atMost < SEEDS || rng.next() < 0.4) return [spec]
  return Array.from({ length: SEEDS }, (_, i) => ({ ...spec, seed: i + 1, name: `${spec.name} seed ${i + 1}` }))
}

/**
 * Fills a workspace with short runs of all kinds, through the storage code that training uses. About six in ten settings
 * have three seeds, about 9 % of the runs diverge. The same seed gives the same workspace.
 */
export function writeSweep(storage: Storage, runs: number, seed = 1): WrittenRuns {
  const rng = createRng(seed, 'generated sweep')
  const written: WrittenRuns = { ids: [], points: 0, diverged: 0 }
  for (let n = 0; written.ids.length < runs; n++) {
    for (const spec of seedsOf(rng, drawSettings(rng, n), runs - written.ids.length)) {
      const steps = 'steps' in spec.budget ? spec.budget.steps : 1
      const peak = peakLr(createSchedule(spec.schedule, steps), steps)
      const outcome = drawOutcome(spec, peak, steps, createRng(spec.seed, `outcome ${spec.name}`))
      const id = newId(rng)
      const createdAt = FROM + (written.ids.length * 120 * DAY) / runs
      const stepMs = stepTime(spec)
      const every = Math.max(1, Math.floor(steps / KEPT))
      const last = outcome.steps - 1
      writeRun(storage, { id, spec, steps, peak, createdAt, stepMs }, outcome, () => {
        const curve = learningCurve(spec, steps, outcome, { startedAt: createdAt + 1000, stepMs })
        const frames = curve.next(outcome.steps, (t) => t % every === 0 || t >= last - 1)
        storage.metrics.append(id, frames, outcome.steps)
        written.points += frames.reduce((sum, frame) => sum + frame.n * frame.metrics.length, 0)
      })
      written.ids.push(id)
      if (outcome.status === 'diverged') written.diverged++
    }
  }
  return written
}

/** The group that {@link writeLongRuns} puts its runs in. */
export const longGroup = (runs: number, steps: number): string => `generated ${runs} x ${steps}`

/**
 * Long runs that record every update: one-step spikes of the loss throughout, gradient norms that are infinite at single
 * updates in every fifth run, and every twentieth run diverged in its last tenth.
 */
export function writeLongRuns(storage: Storage, runs: number, steps: number, seed = 1): WrittenRuns {
  const rng = createRng(seed, `generated long runs of ${steps}`)
  const written: WrittenRuns = { ids: [], points: 0, diverged: 0 }
  for (let i = 0; i < runs; i++) {
    const drawn = drawSettings(rng, i, steps)
    const spec: RunSpec = {
      ...drawn,
      name: drawn.name.replace('gen-', `gen-${steps}-`),
      group: longGroup(runs, steps),
      evaluate: { everySteps: Math.max(1, Math.floor(steps / 100)) },
    }
    const peak = peakLr(createSchedule(spec.schedule, steps), steps)
    const diverges = i % 20 === 7
    const divergedAt = diverges ? Math.floor(steps * (0.9 + 0.1 * rng.next())) : null
    const { error } = drawOutcome(spec, peak, steps, rng.fork('outcome'))
    const outcome: Outcome = diverges
      ? { status: 'diverged', steps: divergedAt! + 1, divergedAt, error }
      : { status: 'finished', steps, divergedAt: null, error }
    const infinite = new Set(i % 5 === 3 ? [rng.int(steps), rng.int(steps), rng.int(steps)] : [])
    const id = newId(rng)
    const createdAt = FROM - (runs - i) * (DAY / 4)
    const stepMs = stepTime(spec)
    writeRun(storage, { id, spec, steps, peak, createdAt, stepMs }, outcome, () => {
      const options = { startedAt: createdAt + 1000, stepMs, spikes: 5e-4, infinite }
      const curve = learningCurve(spec, steps, outcome, options)
      for (let to = 0; to < outcome.steps;) {
        to = Math.min(outcome.steps, to + BATCH)
        const frames = curve.next(to)
        storage.metrics.append(id, frames, to)
        written.points += frames.reduce((sum, frame) => sum + frame.n * frame.metrics.length, 0)
      }
    })
    written.ids.push(id)
    if (diverges) written.diverged++
  }
  return written
}
