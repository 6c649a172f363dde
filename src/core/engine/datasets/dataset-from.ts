import type { DatasetSummary } from '../../domain/run'
import { batchMemory } from './batch'
import type { Dataset, Part } from './dataset'
import { fillFrom, type Source } from './source'

/** A dataset of two sources, its batches in one memory. */
export function datasetFrom(summary: DatasetSummary, sources: Record<Part, Source>): Dataset {
  const memory = batchMemory(
    summary.shape.reduce((product, n) => product * n, 1),
    summary.targets?.length ?? 0,
  )
  const fill = { train: fillFrom(sources.train), validation: fillFrom(sources.validation) }
  return {
    summary,
    source: sources.train,
    batch(part, indices, draw) {
      const batch = memory(indices.length)
      fill[part](batch, indices, draw)
      return batch
    },
  }
}
