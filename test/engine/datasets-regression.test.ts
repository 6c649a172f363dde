import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { METRIC, tracksOf } from '../../src/core/domain/metrics'
import { checkRunSpec, parseRunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { checkTrainable } from '../../src/core/engine/check-trainable'
import { makeTeacherStudent } from '../../src/core/engine/datasets/teacher-student'
import { train } from '../../src/core/engine/train/train'
import { OPS } from './all-ops'
import { moments, specOf, whole } from './dataset-specs'
import { normals, relativeError } from './engines'
import { differences } from './reference'

describe.each(Object.entries(OPS))('squared error to numbers on %s', (_, ops) => {
  it.each([
    [5, 3],
    [4, 1],
  ])('has its mean and gradient over %i samples of %i outputs', (samples, width) => {
    const [z, targets] = [normals(samples * width, 1), normals(samples * width, 2)]
    const squares = (at: ArrayLike<number>) =>
      Array.from(at).reduce((sum, value, i) => sum + (value - targets[i]!) ** 2, 0) / at.length
    const result = ops.scope(() => {
      const up = (values: Float32Array) => ops.upload(values, [samples, width])
      const { loss, correct, gradient } = ops.squaredError(up(z), up(targets), true)
      return { loss, correct, gradient: ops.download(gradient!) }
    })
    expect(result.loss).toBeCloseTo(squares(z), 5)
    expect(result.correct).toBe(0)
    expect(
      relativeError(
        result.gradient,
        differences((at) => [squares(at)], z, [1]),
      ),
    ).toBeLessThan(1e-5)
  })
})

describe('a teacher', () => {
  const make = (more: object = {}) =>
    makeTeacherStudent(specOf({ kind: 'teacher-student', train: 2000, validation: 500, ...more }))

  it('sets the same task for the same seed, another for another', () => {
    const [a, b, c] = [make({ seed: 3 }), make({ seed: 3 }), make({ seed: 4 })]
    expect(whole(a, 'train')).toEqual(whole(b, 'train'))
    expect(c.summary.sha256).not.toBe(a.summary.sha256)
    expect(whole(c, 'train').targets).not.toEqual(whole(a, 'train').targets)
  })
  it('gives targets of mean 0 and standard deviation 1 plus the noise, by a function of the inputs', () => {
    const [plain, noisy] = [make({ noise: 0, outputs: 2 }), make({ noise: 0.5, outputs: 2 })]
    const [exact, blurred] = [whole(plain, 'train').targets!, whole(noisy, 'train').targets!]
    for (const i of [0, 1]) {
      const { mean, std } = moments(exact.filter((_, n) => n % 2 === i))
      expect(mean).toBeCloseTo(0, 4)
      expect(std).toBeCloseTo(1, 4)
    }
    expect(whole(noisy, 'train').inputs).toEqual(whole(plain, 'train').inputs)
    expect(moments(blurred.map((value, n) => value - exact[n]!)).std).toBeCloseTo(0.5, 1)
    expect(noisy.summary).toMatchObject({
      shape: [16],
      classes: 0,
      targets: [{ name: 'output 0' }, { name: 'output 1' }],
    })
  })
  it('refuses to fill all memory', () => {
    expect(() => make({ train: 1_000_000, inputs: 1024 })).toThrow(expect.objectContaining({ code: 'spec.invalid' }))
  })
})

const base = {
  dataset: { kind: 'teacher-student', train: 2000, validation: 500, noise: 0.1 },
  model: { preset: 'mlp' },
  loss: 'mean-squared-error',
  schedule: { kind: 'one-cycle', maxLr: 0.1 },
  batchSize: 32,
  budget: { steps: 600 },
  engine: 'wasm',
} satisfies RunSpecInput

/** Trains, and keeps what is recorded by the names of its metrics. */
async function run(input: RunSpecInput) {
  const spec = parseRunSpec(input)
  const tracks = tracksOf(spec)
  const last: Record<string, number> = {}
  const losses: number[] = []
  const result = await train(spec, {
    recorder: {
      record(track, _, values) {
        expect(values).toHaveLength(tracks[track].length)
        tracks[track].forEach((metric, i) => (last[metric] = values[i]!))
        if (track === 'update') losses.push(values[0]!)
      },
    },
    loading: () => {},
    ready: () => {},
    notice: () => {},
    shouldStop: () => false,
    pause: async () => {},
  })
  return { result, last, losses }
}

describe('a regression', () => {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'anneal-regression-'))))
  afterAll(() => rm(folder, { recursive: true }))

  it('learns a teacher to a fraction of its variance, and records no accuracy', async () => {
    const { result, last } = await run(base)
    expect(result).toEqual({ status: 'finished' })
    expect(last[METRIC.validationLoss]).toBeLessThan(0.15)
    expect(Object.keys(last)).not.toContain(METRIC.trainAccuracy)
    expect(Object.keys(last)).not.toContain(METRIC.validationAccuracy)
  })

  it('learns a column of a table', async () => {
    const path = join(folder, 'line.csv')
    const rows = Array.from(
      { length: 400 },
      (_, i) => `${i},${i % 2 ? 'up' : 'down'},${1e5 + 30 * i + (i % 2 ? 2000 : 0)}`,
    )
    await writeFile(path, `a,c,y\n${rows.join('\n')}\n`)
    const { last } = await run({ ...base, dataset: { kind: 'csv', path, target: 'y', task: 'regression' } })
    expect(last[METRIC.validationLoss]).toBeLessThan(0.02)
  })

  it('takes squared error only, and no best accuracy', () => {
    const problems = (more: object) => {
      const check = checkRunSpec({ ...base, ...more })
      return check.ok ? [] : check.problems.map(({ message }) => message)
    }
    expect(problems({})).toEqual([])
    expect(problems({ loss: 'cross-entropy' })).toEqual([
      'loss must be mean-squared-error for a regression: teacher-student learns numbers; got cross-entropy',
    ])
    expect(problems({ checkpoint: { everySteps: 10, best: 'validation/accuracy' } })).toEqual([
      'checkpoint.best must be validation/loss for a regression, which has no accuracy',
    ])
  })

  it('is checked with its number of outputs before a run', async () => {
    const model = { layers: [{ kind: 'conv2d', filters: 2 }] } as const
    await expect(checkTrainable(parseRunSpec(base))).resolves.toBeUndefined()
    await expect(checkTrainable(parseRunSpec({ ...base, model: { layers: [...model.layers] } }))).rejects.toMatchObject(
      {
        code: 'spec.invalid',
        message: expect.stringMatching(/needs an image/),
      },
    )
  })
})

describe('augmentation in a run', () => {
  const glyphs = {
    ...base,
    dataset: { kind: 'glyphs', train: 200, validation: 50, augment: { shift: 1, flip: true } },
    loss: 'cross-entropy',
    budget: { steps: 20 },
  } satisfies RunSpecInput

  it('gives the same losses for the same seed and others without', async () => {
    const [a, b] = [await run(glyphs), await run(glyphs)]
    expect(a.losses).toEqual(b.losses)
    const plain = await run({ ...glyphs, dataset: { ...glyphs.dataset, augment: undefined } })
    expect(plain.losses).not.toEqual(a.losses)
  })
})
