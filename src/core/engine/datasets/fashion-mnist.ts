import { resolve } from 'node:path'
import type { DatasetOf } from '../../domain/spec/datasets'
import type { Dataset } from './dataset'
import { loadPublished, type PublishedSet } from './published-idx'

/** The four files as Xiao, Rasul and Vollgraf published them. @see https://github.com/zalandoresearch/fashion-mnist */
const FASHION_MNIST: PublishedSet = {
  kind: 'fashion-mnist',
  label: 'Fashion-MNIST',
  classNames: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  files: {
    train: {
      images: {
        name: 'train-images-idx3-ubyte',
        sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
      },
      labels: {
        name: 'train-labels-idx1-ubyte',
        sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
      },
    },
    validation: {
      images: {
        name: 't10k-images-idx3-ubyte',
        sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
      },
      labels: {
        name: 't10k-labels-idx1-ubyte',
        sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
      },
    },
  },
}

/** Where Debian's and Ubuntu's package dataset-fashion-mnist puts the files. */
const DEBIAN_FOLDER = '/usr/share/datasets/fashion-mnist'

const ADVICE =
  'get it with sudo apt install dataset-fashion-mnist (Debian, Ubuntu), or put the four files of ' +
  'https://github.com/zalandoresearch/fashion-mnist (packed or not) into a folder and name it in dataset.folder'

/**
 * Fashion-MNIST whole or its first samples, from Debian's package or a folder of the user's own.
 * @throws AppError `dataset.missing`, `dataset.invalid` where a file is not the published one
 */
export const loadFashionMnist = async (spec: DatasetOf<'fashion-mnist'>): Promise<Dataset> =>
  loadPublished(FASHION_MNIST, { folder: resolve(spec.folder ?? DEBIAN_FOLDER), advice: ADVICE }, spec)
