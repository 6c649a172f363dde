import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { benchPython, CACHE, FASTAI } from '../../bench/peers/python'
import { exportCode, type ExportSubject } from '../../src/core/domain/export/export-code'
import { createSchedule } from '../../src/core/domain/schedules/registry'
import { momentumOf } from '../../src/core/domain/spec/optimizers'
import { CASES, MEASURED } from '../domain/export/cases'

const LIBRARIES = ['pytorch', 'keras', 'fastai'] as const
type Library = (typeof LIBRARIES)[number]

/** Largest accepted difference of a rate or a momentum, relative. */
const TOLERANCE = 1e-6

/**
 * Largest accepted difference of the trained weights from PyTorch's, relative to their norm: a momentum that the optimizer
 * has but does not use changes more. What is left is float32, and where Keras's own Adam adds epsilon.
 */
const WEIGHT_TOLERANCE = 2e-3

interface Result {
  id: string
  error?: string
  lr: number[]
  momentum: number[]
  /** Metric, value, and the update after which it was measured. */
  observed: [metric: string, value: number, step: number][]
  weights: number[]
}

/** Relative difference; where a cosine has cancelled to nearly nothing it may be a rounding error of the largest value. */
function largestDifference(got: readonly number[], wanted: readonly number[]): number {
  if (got.length !== wanted.length) return Infinity
  const largest = Math.max(...wanted.map(Math.abs))
  return Math.max(
    ...got.map((x, t) => {
      const size = Math.abs(wanted[t]!)
      const difference = Math.abs(x - wanted[t]!)
      if (Number.isNaN(difference)) return Infinity
      if (difference === 0 || (size < 1e-9 * largest && difference <= 1e-15 * largest)) return 0
      return difference / size
    }),
  )
}

const norm = (x: readonly number[]): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0))

/** Of a run that has failed nothing is compared: it is counted already. */
const weightDifference = ({ weights }: Result, { weights: wanted, error }: Result): number => {
  if (error !== undefined) return 0
  const difference = norm(weights.map((value, i) => value - wanted[i]!)) / norm(wanted)
  return Number.isFinite(difference) ? difference : Infinity
}

/** What our own schedule gives where it hears the same. */
function expected({ spec, steps }: ExportSubject, observed: Result['observed']) {
  const schedule = createSchedule(spec.schedule, steps)
  const lr: number[] = []
  const momentum: number[] = []
  for (let t = 0; t < steps; t++) {
    lr.push(schedule.lr(t))
    momentum.push(schedule.momentum?.(t) ?? momentumOf(spec.optimizer))
    for (const [metric, value, step] of observed) if (step === t) schedule.feedback?.observe(metric, value, t)
  }
  return { lr, momentum }
}

function runLibrary(python: string, library: Library) {
  const out = join(CACHE, `parity-${library}.json`)
  const cases = CASES.map(({ id, subject }) => {
    const { code, how } = exportCode(subject, library)
    const validates = /^def train\(\w+, \w+, valid/m.test(code)
    return { id, how, code, validates }
  })
  const { status } = spawnSync(python, [resolve('test/parity/parity.py'), library, out], {
    input: JSON.stringify({ cases, measured: MEASURED }),
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...process.env, KERAS_BACKEND: 'tensorflow', TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '' },
  })
  if (status !== 0) throw new Error(`python ended with ${status}`)
  const { versions, results } = JSON.parse(readFileSync(out, 'utf8')) as { versions: string; results: Result[] }
  return { library, versions, results, how: cases.map(({ how }) => how) }
}

const power = (x: number): string => (x === 0 ? '0' : x.toExponential(0))

/** Executes the exported code of every case in every library and compares update by update. @returns exit status */
export function run(): number {
  const python = benchPython([FASTAI])
  if (!python) return 1
  mkdirSync(CACHE, { recursive: true })
  const libraries = LIBRARIES.map((library) => runLibrary(python, library))
  const width = Math.max(...CASES.map(({ id }) => id.length))
  console.log(`${'largest relative difference'.padEnd(width)}  ${LIBRARIES.map((name) => name.padEnd(16)).join('')}`)
  const worst = LIBRARIES.map(() => 0)
  const worstWeights = LIBRARIES.map(() => 0)
  const errors: string[] = []
  let failed = 0
  CASES.forEach(({ id, subject }, i) => {
    const cells = libraries.map(({ library, results, how }, k) => {
      const result = results[i]!
      if (result.error !== undefined) {
        failed++
        errors.push(`${library}, ${id}: ${result.error}`)
        return 'FAILED'
      }
      const wanted = expected(subject, result.observed)
      const difference = Math.max(
        largestDifference(result.lr, wanted.lr),
        largestDifference(result.momentum, wanted.momentum),
      )
      const weights = weightDifference(result, libraries[0]!.results[i]!)
      worst[k] = Math.max(worst[k]!, difference)
      worstWeights[k] = Math.max(worstWeights[k]!, weights)
      if (weights > WEIGHT_TOLERANCE) {
        failed++
        return `WEIGHTS ${power(weights)}`
      }
      if (difference <= TOLERANCE) return `${power(difference).padEnd(6)} ${how[i]}`
      failed++
      return `${power(difference)} TOO LARGE`
    })
    console.log(`${id.padEnd(width)}  ${cells.map((cell) => cell.padEnd(16)).join('')}`)
  })
  console.log(`${'largest'.padEnd(width)}  ${worst.map((x) => power(x).padEnd(16)).join('')}`)
  console.log(`${'weights from PyTorch'.padEnd(width)}  ${worstWeights.map((x) => power(x).padEnd(16)).join('')}`)
  for (const error of errors) console.log(`\n${error}`)
  for (const { versions } of libraries) console.log(versions)
  console.log(`${CASES.length} schedules, ${libraries.length} libraries, ${failed} failed`)
  return failed === 0 ? 0 : 1
}
