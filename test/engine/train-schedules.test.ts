import { describe, expect, it } from 'vitest'
import { METRIC, tracksOf } from '../../src/core/domain/metrics'
import { createSchedule, FAMILIES } from '../../src/core/domain/schedules/registry'
import { sampleSchedule } from '../../src/core/domain/schedules/schedule'
import { momentumOf } from '../../src/core/domain/spec/optimizers'
import { parseRunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { train } from '../../src/core/engine/train/train'

const STEPS = 30

/** Trains a tiny model and gives the rates and momenta that were at work, and every evaluation. */
async function recorded(given: Partial<RunSpecInput>) {
  const spec = parseRunSpec({
    dataset: { kind: 'spirals', train: 64, validation: 20 },
    model: { layers: [{ kind: 'dense', units: 4 }, { kind: 'relu' }] },
    schedule: { kind: 'constant', lr: 0.05 },
    batchSize: 16,
    budget: { steps: STEPS },
    evaluate: { everySteps: 3 },
    engine: 'cpu',
    ...given,
  })
  const { update } = tracksOf(spec)
  const points: number[][] = []
  const evaluations: { step: number; loss: number }[] = []
  await train(spec, {
    recorder: {
      record(track, step, values) {
        if (track === 'update') points.push([...values])
        if (track === 'evaluation') evaluations.push({ step, loss: values[0]! })
      },
    },
    loading: () => {},
    ready: () => {},
    notice: () => {},
    shouldStop: () => false,
    pause: async () => {},
  })
  const column = (metric: string) => points.map((values) => values[update.indexOf(metric)]!)
  return { spec, lr: column(METRIC.lr), momentum: column(METRIC.momentum), evaluations }
}

const families = FAMILIES.map(({ kind, defaults }) => [kind, defaults(0.05, STEPS)] as const)

describe('recorded rate and momentum', () => {
  it.each(families)('of %s are those of its preview at every update, bit for bit', async (kind, schedule) => {
    for (const warmup of [undefined, { steps: 7 }]) {
      for (const optimizer of [{ kind: 'sgd', momentum: 0.8 }, { kind: 'adam' }] as const) {
        const given = { ...schedule, ...(warmup && { warmup }) } as RunSpecInput['schedule']
        const { spec, lr, momentum } = await recorded({ schedule: given, optimizer })
        const preview = sampleSchedule(createSchedule(spec.schedule, STEPS), STEPS)
        if (kind !== 'plateau') expect(lr).toEqual([...preview.lr])
        expect(momentum).toEqual([...(preview.momentum ?? new Float64Array(STEPS).fill(momentumOf(spec.optimizer)))])
      }
    }
  })

  it('of a plateau are those that its evaluations give, each from the update after it', async () => {
    const { spec, lr, evaluations } = await recorded({
      schedule: { kind: 'plateau', lr: 0.05, factor: 0.5, patience: 0, threshold: 0.2 },
    })
    const { lr: rate, feedback } = createSchedule(spec.schedule, STEPS)
    for (const { step, loss } of evaluations) feedback!.observe(METRIC.validationLoss, loss, step)
    expect(lr).toEqual(Array.from({ length: STEPS }, (_, t) => rate(t)))
    expect(new Set(lr).size).toBeGreaterThan(3)
    expect(lr.slice(0, 4)).toEqual([0.05, 0.05, 0.05, 0.05])
  })

  it('change what is learnt through β1 of Adam', async () => {
    const cycled = { kind: 'one-cycle', maxLr: 0.05 } as const
    const [moved, fixed] = [
      await recorded({ schedule: cycled, optimizer: { kind: 'adam' } }),
      await recorded({ schedule: { ...cycled, momentum: null }, optimizer: { kind: 'adam' } }),
    ]
    expect(moved.lr).toEqual(fixed.lr)
    expect(moved.evaluations).not.toEqual(fixed.evaluations)
  })
})

describe('a regression', () => {
  it('has no accuracy to follow', () => {
    const follows = (schedule: RunSpecInput['schedule']) => () =>
      parseRunSpec({
        dataset: { kind: 'teacher-student' },
        model: { preset: 'mlp' },
        loss: 'mean-squared-error',
        schedule,
        budget: { steps: 10 },
      })
    const accuracy = { kind: 'plateau', lr: 0.1, metric: 'validation/accuracy' } as const
    expect(follows(accuracy)).toThrow(/^schedule must not follow validation\/accuracy/)
    expect(follows({ kind: 'sequence', parts: [{ steps: 10, schedule: accuracy }] })).toThrow(/validation\/accuracy/)
    expect(follows({ kind: 'plateau', lr: 0.1 })).not.toThrow()
  })
})
