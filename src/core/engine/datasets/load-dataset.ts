import type { DatasetSpec } from '../../domain/spec/datasets'
import { loadCsv } from './csv/load-csv'
import type { Dataset } from './dataset'
import { loadFashionMnist } from './fashion-mnist'
import { makeGlyphs } from './glyphs'
import { loadIdx } from './idx'
import { loadImageFolder } from './images/load-image-folder'
import { loadMnist } from './mnist'
import { makeSpirals } from './spirals'
import { makeTeacherStudent } from './teacher-student'

/**
 * The dataset that a run asks for.
 * @param progress hears what a long reading is at, for people
 * @throws AppError `dataset.missing`, `dataset.invalid`, `file.unreadable`, `spec.invalid`
 */
export async function loadDataset(spec: DatasetSpec, progress: (what: string) => void = () => {}): Promise<Dataset> {
  switch (spec.kind) {
    case 'mnist':
      return loadMnist(spec)
    case 'fashion-mnist':
      return loadFashionMnist(spec)
    case 'csv':
      return loadCsv(spec)
    case 'idx':
      return loadIdx(spec)
    case 'image-folder':
      return loadImageFolder(spec, progress)
    case 'spirals':
      return makeSpirals(spec)
    case 'glyphs':
      return makeGlyphs(spec)
    case 'teacher-student':
      return makeTeacherStudent(spec)
  }
}
