import type { DatasetSpec } from '../../domain/spec/datasets'
import type { Dataset } from './dataset'
import { makeGlyphs } from './glyphs'
import { loadIdx } from './idx'
import { loadMnist } from './mnist'
import { makeSpirals } from './spirals'

/**
 * The dataset that a run asks for.
 * @throws AppError `dataset.missing`, `dataset.invalid`, `file.unreadable`, `spec.invalid`
 */
export async function loadDataset(spec: DatasetSpec): Promise<Dataset> {
  switch (spec.kind) {
    case 'mnist':
      return loadMnist(spec)
    case 'idx':
      return loadIdx(spec)
    case 'spirals':
      return makeSpirals(spec)
    case 'glyphs':
      return makeGlyphs(spec)
  }
}
