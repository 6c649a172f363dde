import { createHash } from 'node:crypto'
import { createRng, type Rng } from '../../domain/rng'
import type { DatasetOf } from '../../domain/spec/datasets'
import type { Batch } from './batch'
import { type Dataset, type Part, scaleOf, standardOf } from './dataset'
import { floatDataset } from './float-dataset'

type SpiralsSpec = DatasetOf<'spirals'>

/** How far an arm winds, in radians. */
const WINDING = 4

/**
 * Interleaved spiral arms in the plane, one a class, radius 0 to 1; noise is that of the angle, in radians.
 * Labels go round the classes, so that each has its share.
 */
export function makeSpirals(spec: SpiralsSpec): Dataset {
  const rng = createRng(spec.seed, 'spirals')
  const parts: Record<Part, Batch> = {
    train: draw(spec.train, spec, rng.fork('train')),
    validation: draw(spec.validation, spec, rng.fork('validation')),
  }
  const hash = createHash('sha256')
  for (const { inputs, labels } of Object.values(parts)) hash.update(inputs).update(labels)
  const standard = standardOf(parts.train.inputs)
  if (spec.standardize)
    for (const { inputs } of Object.values(parts))
      for (let i = 0; i < inputs.length; i++) inputs[i] = (inputs[i]! - standard.mean) / scaleOf(standard)
  const { classes } = spec
  return floatDataset(parts, {
    kind: 'spirals',
    label: 'Spirals',
    shape: [2],
    classes,
    sha256: hash.digest('hex'),
    ...standard,
  })
}

function draw(count: number, { classes, noise }: SpiralsSpec, rng: Rng): Batch {
  const batch = { inputs: new Float32Array(count * 2), labels: new Int32Array(count), targets: null }
  for (let n = 0; n < count; n++) {
    const label = n % classes
    const radius = rng.next()
    const angle = (2 * Math.PI * label) / classes + WINDING * radius + noise * rng.normal()
    batch.labels[n] = label
    batch.inputs[2 * n] = radius * Math.cos(angle)
    batch.inputs[2 * n + 1] = radius * Math.sin(angle)
  }
  return batch
}
