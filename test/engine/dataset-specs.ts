import type { DatasetKind, DatasetOf } from '../../src/core/domain/spec/datasets'
import { isRegression } from '../../src/core/domain/spec/datasets'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import type { Batch } from '../../src/core/engine/datasets/batch'
import type { Dataset, Part } from '../../src/core/engine/datasets/dataset'

/** A dataset's spec with its defaults filled in. */
export function specOf<K extends DatasetKind>(dataset: { kind: K; [field: string]: unknown }): DatasetOf<K> {
  const learnsNumbers = isRegression(dataset as unknown as DatasetOf<K>)
  const spec = parseRunSpec({
    dataset,
    model: { preset: 'mlp' },
    loss: learnsNumbers ? 'mean-squared-error' : 'cross-entropy',
    schedule: { kind: 'constant', lr: 0.1 },
    budget: { steps: 1 },
    batchSize: 1,
  })
  return spec.dataset as DatasetOf<K>
}

/** All samples of a part, in memory of their own. */
export function whole(dataset: Dataset, part: Part): Batch {
  const { inputs, labels, targets } = dataset.batch(
    part,
    Array.from({ length: dataset.summary[part] }, (_, i) => i),
  )
  return { inputs: inputs.slice(), labels: labels.slice(), targets: targets?.slice() ?? null }
}

/** The samples of a part, each as its inputs. */
export function rowsOf(dataset: Dataset, part: Part): number[][] {
  const { inputs } = whole(dataset, part)
  const size = dataset.summary.shape.reduce((product, n) => product * n, 1)
  return Array.from({ length: dataset.summary[part] }, (_, n) => [...inputs.subarray(n * size, (n + 1) * size)])
}

export function moments(values: ArrayLike<number>) {
  const all = Array.from(values)
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length
  return { mean, std: Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length) }
}
