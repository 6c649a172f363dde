import { describe, expect, it } from 'vitest'
import type { RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { readCheckpoint } from '../../src/core/engine/checkpoints/read-checkpoint'
import { fileOf, joined, MLP, newFolder, trained } from './trained'

/** Hardly anything is good enough: the rate is cut again and again, all through the run. */
const strict = { kind: 'plateau', lr: 0.1, factor: 0.7, patience: 1, threshold: 0.3 } as const

const SCHEDULES: [string, RunSpecInput['schedule']][] = [
  ['validation/loss', strict],
  ['validation/accuracy', { ...strict, metric: 'validation/accuracy', cooldown: 1, convention: 'keras' }],
  ['train/loss', { ...strict, metric: 'train/loss', patience: 3, warmup: { steps: 5 } }],
  [
    'validation/loss in a sequence',
    {
      kind: 'sequence',
      parts: [
        { steps: 18, schedule: strict },
        { steps: 22, schedule: { ...strict, lr: 0.05 } },
      ],
    },
  ],
]

const lrOf = ({ values }: { values: number[] }) => values[2]!

describe.each(SCHEDULES)('a plateau that follows %s', (_, schedule) => {
  const spec: RunSpecInput = { ...MLP, schedule, evaluate: { everySteps: 3 }, engine: 'cpu' }

  // Between two evaluations, where one was about to begin, and where the patience was half used up.
  it.each([7, 9, 16, 21, 30])('and was stopped after %d updates ends as if undisturbed', async (stopAt) => {
    const whole = await trained(spec, newFolder())
    const folder = newFolder()
    const first = await trained(spec, folder, { stopAt })
    const second = await trained(spec, folder, { resume: [fileOf(folder, stopAt)] })
    expect(joined(first.points, second)).toEqual(whole.points)
    expect(second.saved.at(-1)!.sha256).toBe(whole.saved.at(-1)!.sha256)
    const rates = whole.points.update.map(lrOf)
    // The rate changes on both sides of the cut: what the first part heard counts in the second.
    expect(new Set(rates.slice(0, 21)).size).toBeGreaterThan(1)
    expect(new Set(rates.slice(21)).size).toBeGreaterThan(1)
  })

  it('keeps what it has heard in its checkpoints, and nothing where the schedule follows nothing', async () => {
    const [folder, other] = [newFolder(), newFolder()]
    await trained(spec, folder, { stopAt: 16 })
    expect(JSON.stringify(readCheckpoint(fileOf(folder, 16)).facts.schedule)).toContain('"best":')
    await trained({ ...spec, schedule: { kind: 'cosine', lr: 0.1 } }, other, { stopAt: 16 })
    expect(readCheckpoint(fileOf(other, 16)).facts.schedule).toBeNull()
    const foreign = trained(spec, newFolder(), { resume: [fileOf(other, 16)] })
    await expect(foreign).rejects.toMatchObject({ code: 'checkpoint.invalid' })
  })
})
