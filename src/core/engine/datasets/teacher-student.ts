import { createHash } from 'node:crypto'
import { createRng, type Rng } from '../../domain/rng'
import type { DatasetOf } from '../../domain/spec/datasets'
import type { Batch } from './batch'
import { checkSize, type Dataset, type Part, scaleOf, standardOf } from './dataset'
import { floatDataset } from './float-dataset'

type TeacherSpec = DatasetOf<'teacher-student'>

/**
 * Regression onto a random network, the teacher: y = W₂ tanh(W₁ x) + noise with normal x, W₁ of variance 1 / inputs and
 * W₂ of variance 1 / hidden. Each output is brought to mean 0 and standard deviation 1 over the training part before the
 * noise is added, so that the least reachable loss is the square of `noise`.
 */
export function makeTeacherStudent(spec: TeacherSpec): Dataset {
  checkSize((spec.train + spec.validation) * (spec.inputs + spec.outputs), 'dataset.train')
  const rng = createRng(spec.seed, 'teacher-student')
  const teach = makeTeacher(spec, rng.fork('teacher'))
  const parts: Record<Part, Batch> = {
    train: draw(spec.train, spec, teach, rng.fork('train')),
    validation: draw(spec.validation, spec, teach, rng.fork('validation')),
  }
  const standards = Array.from({ length: spec.outputs }, (_, i) => standardOf(parts.train.targets!, i, spec.outputs))
  for (const part of ['train', 'validation'] as const) {
    const noise = rng.fork(`noise of ${part}`)
    const targets = parts[part].targets!
    for (let i = 0; i < targets.length; i++) {
      const standard = standards[i % spec.outputs]!
      targets[i] = (targets[i]! - standard.mean) / scaleOf(standard) + spec.noise * noise.normal()
    }
  }
  const hash = createHash('sha256')
  for (const { inputs, targets } of Object.values(parts)) hash.update(inputs).update(targets!)
  const standard = standardOf(parts.train.inputs)
  if (spec.standardize)
    for (const { inputs } of Object.values(parts))
      for (let i = 0; i < inputs.length; i++) inputs[i] = (inputs[i]! - standard.mean) / scaleOf(standard)
  return floatDataset(parts, {
    kind: 'teacher-student',
    label: 'Teacher-student',
    shape: [spec.inputs],
    classes: 0,
    targets: standards.map((_, i) => ({ name: `output ${i}`, mean: 0, std: 1 })),
    sha256: hash.digest('hex'),
    ...standard,
  })
}

/** Writes a network's outputs for inputs into `to` from a place on. */
type Teacher = (inputs: Float32Array, to: Float32Array, from: number) => void

function makeTeacher({ inputs, hidden, outputs }: TeacherSpec, rng: Rng): Teacher {
  const matrix = (rows: number, columns: number) =>
    Float64Array.from({ length: rows * columns }, () => rng.normal() / Math.sqrt(rows))
  const first = matrix(inputs, hidden)
  const second = matrix(hidden, outputs)
  return (x, to, from) => {
    for (let h = 0; h < hidden; h++) {
      let sum = 0
      for (let i = 0; i < inputs; i++) sum += x[i]! * first[i * hidden + h]!
      const active = Math.tanh(sum)
      for (let o = 0; o < outputs; o++) to[from + o]! += active * second[h * outputs + o]!
    }
  }
}

function draw(count: number, { inputs: width, outputs }: TeacherSpec, teach: Teacher, rng: Rng): Batch {
  const inputs = Float32Array.from({ length: count * width }, () => rng.normal())
  const targets = new Float32Array(count * outputs)
  for (let n = 0; n < count; n++) teach(inputs.subarray(n * width, (n + 1) * width), targets, n * outputs)
  return { inputs, labels: new Int32Array(count), targets }
}
