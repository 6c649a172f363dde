import type { DatasetKind, DatasetSpec } from '../../../core/domain/spec/datasets'

/** A text field that names files or columns of the user's own. */
export interface DataText {
  name: string
  label: string
  /** For those who do not see the row. */
  aria: string
  placeholder: string
}

/** How the form shows a kind of dataset. Placeholders are what the spec fills in where a field is left empty. */
interface KindForm {
  label: string
  texts?: readonly DataText[]
  samples?: { train?: string; validation: string }
  task?: readonly { name: string; label: string; unit: string; placeholder: string; control: 'count' | 'number' }[]
  /** Has the fields of a table: task, missing cells, share held out. */
  isTable?: boolean
  /** Has images in folders: size, grey, broken files, share held out. */
  isFolder?: boolean
  /** May be shifted and mirrored. */
  isImages?: boolean
}

const CLASSES = { name: 'classes', label: 'Number of classes', unit: 'classes', control: 'count' } as const
const NOISE = { name: 'noise', label: 'Noise', unit: 'noise', control: 'number' } as const
const SEED = { name: 'seed', label: 'Seed of the data', unit: 'seed', placeholder: '0', control: 'count' } as const

export const DATASETS: Record<DatasetKind, KindForm> = {
  mnist: { label: 'MNIST, bundled', samples: { train: '60000', validation: '10000' }, isImages: true },
  'fashion-mnist': {
    label: 'Fashion-MNIST',
    texts: [
      {
        name: 'folder',
        label: 'Folder',
        aria: 'Path of the folder of IDX files',
        placeholder: '/usr/share/datasets/fashion-mnist',
      },
    ],
    samples: { train: '60000', validation: '10000' },
    isImages: true,
  },
  spirals: {
    label: 'Spirals, generated',
    samples: { train: '4000', validation: '1000' },
    task: [{ ...CLASSES, placeholder: '3' }, { ...NOISE, placeholder: '0.1' }, SEED],
  },
  glyphs: {
    label: 'Glyphs 8×8, generated',
    samples: { train: '8000', validation: '2000' },
    task: [{ ...CLASSES, placeholder: '10' }, { ...NOISE, placeholder: '0.3' }, SEED],
    isImages: true,
  },
  'teacher-student': {
    label: 'Teacher-student, generated regression',
    samples: { train: '4000', validation: '1000' },
    task: [
      { name: 'inputs', label: 'Number of inputs', unit: 'inputs', placeholder: '16', control: 'count' },
      { ...NOISE, placeholder: '0.05' },
      SEED,
    ],
  },
  csv: {
    label: 'Table (CSV) of your own',
    texts: [
      { name: 'path', label: 'File', aria: 'Path of the table', placeholder: '/path/to/table.csv' },
      { name: 'target', label: 'Learn', aria: 'Column to learn', placeholder: 'name of the column to learn' },
    ],
    isTable: true,
  },
  'image-folder': {
    label: 'Image folder of your own',
    texts: [{ name: 'path', label: 'Folder', aria: 'Path of the image folder', placeholder: '/path/to/images' }],
    isFolder: true,
    isImages: true,
  },
  idx: {
    label: 'IDX files of your own',
    texts: [
      {
        name: 'images',
        label: 'Images file',
        aria: 'Path of the images file',
        placeholder: '/path/to/images.idx',
      },
      {
        name: 'labels',
        label: 'Labels file',
        aria: 'Path of the labels file',
        placeholder: '/path/to/labels.idx',
      },
    ],
    samples: { validation: '1000' },
    isImages: true,
  },
}

/** A dataset of a kind with nothing but what must be given, still empty. */
export function emptyDataset(kind: DatasetKind): Partial<DatasetSpec> {
  const must: Partial<Record<DatasetKind, object>> = {
    csv: { path: '', target: '' },
    'image-folder': { path: '' },
    idx: { images: '', labels: '' },
  }
  return { kind, ...must[kind] } as Partial<DatasetSpec>
}

/** Does an unchecked dataset learn numbers? */
export const learnsNumbers = (dataset: unknown): boolean => {
  const { kind, task } = (dataset ?? {}) as { kind?: unknown; task?: unknown }
  return kind === 'teacher-student' || (kind === 'csv' && task === 'regression')
}

/** A spec on another dataset, with the loss that its task takes; a loss of the user's choice stays where the task does. */
export function withDataset(spec: Record<string, unknown>, dataset: object): Record<string, unknown> {
  const [before, after] = [learnsNumbers(spec.dataset), learnsNumbers(dataset)]
  const { loss, ...rest } = spec
  if (after) return { ...rest, dataset, loss: 'mean-squared-error' }
  return before || loss === undefined ? { ...rest, dataset } : { ...rest, dataset, loss }
}
