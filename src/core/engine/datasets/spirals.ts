import { createHash } from 'node:crypto'
import { createRng, type Rng } from '../../domain/rng'
import type { DatasetSpec } from '../../domain/spec/datasets'
import { type Batch, type Dataset, type Part, scaleOf, type Standard } from './dataset'

type SpiralsSpec = Extract<DatasetSpec, { kind: 'spirals' }>

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
  return {
    summary: {
      kind: 'spirals',
      label: 'Spirals',
      shape: [2],
      classes: spec.classes,
      sha256: hash.digest('hex'),
      train: spec.train,
      validation: spec.validation,
      ...standard,
    },
    batch(part, indices) {
      const { inputs, labels } = parts[part]
      const batch = { inputs: new Float32Array(indices.length * 2), labels: new Int32Array(indices.length) }
      for (let n = 0; n < indices.length; n++) {
        const index = indices[n]!
        batch.labels[n] = labels[index]!
        batch.inputs[2 * n] = inputs[2 * index]!
        batch.inputs[2 * n + 1] = inputs[2 * index + 1]!
      }
      return batch
    },
  }
}

function draw(count: number, { classes, noise }: SpiralsSpec, rng: Rng): Batch {
  const batch = { inputs: new Float32Array(count * 2), labels: new Int32Array(count) }
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

function standardOf(values: Float32Array): Standard {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, std: Math.sqrt(variance) }
}
