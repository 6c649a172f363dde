import { copyFile, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadFashionMnist } from '../../src/core/engine/datasets/fashion-mnist'
import { makeGlyphs } from '../../src/core/engine/datasets/glyphs'
import { loadIdx } from '../../src/core/engine/datasets/idx'
import { loadDataset } from '../../src/core/engine/datasets/load-dataset'
import { loadMnist, mnistFolder } from '../../src/core/engine/datasets/mnist'
import { moments, specOf, whole } from './dataset-specs'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'anneal-datasets-'))))
afterAll(() => rm(folder, { recursive: true }))

describe('MNIST', () => {
  it('is there whole, with its known figures, in less than a second of processor time', async () => {
    const started = process.cpuUsage()
    const mnist = await loadMnist(specOf({ kind: 'mnist' }))
    const { user, system } = process.cpuUsage(started)
    expect((user + system) / 1000).toBeLessThan(1000)
    expect(mnist.summary).toMatchObject({ train: 60000, validation: 10000, shape: [28, 28, 1], classes: 10 })
    expect(mnist.summary.mean).toBeCloseTo(0.1307, 4)
    expect(mnist.summary.std).toBeCloseTo(0.3081, 4)
    const { inputs, labels } = mnist.batch('train', [0, 1, 59999])
    expect([...labels]).toEqual([5, 0, 8])
    // Pixel 152 of the first image is 3 of 255.
    expect(inputs[152]).toBeCloseTo((3 / 255 - 0.1306605) / 0.3081078, 4)
    expect([...mnist.batch('validation', [0, 1, 2]).labels]).toEqual([7, 2, 1])
  })

  it('is standardised by the samples that are trained on, or left from 0 to 1', async () => {
    const few = await loadMnist(specOf({ kind: 'mnist', train: 500, validation: 100 }))
    expect(few.summary).toMatchObject({ train: 500, validation: 100 })
    const { mean, std } = moments(whole(few, 'train').inputs)
    expect(mean).toBeCloseTo(0, 5)
    expect(std).toBeCloseTo(1, 5)
    const plain = await loadMnist(specOf({ kind: 'mnist', train: 500, standardize: false }))
    const { inputs } = whole(plain, 'train')
    expect([Math.min(...inputs.slice(0, 7840)), Math.max(...inputs.slice(0, 7840))]).toEqual([0, 1])
    expect(plain.summary.mean).toBeCloseTo(moments(inputs).mean, 6)
  })

  const files = [
    'train-images-idx3-ubyte',
    'train-labels-idx1-ubyte',
    't10k-images-idx3-ubyte',
    't10k-labels-idx1-ubyte',
  ]
  /** The real files but for one. */
  async function mnistWith(name: string, replace: (path: string) => Promise<void>): Promise<string> {
    const copy = await mkdtemp(join(folder, 'mnist-'))
    for (const file of files) if (file !== name) await symlink(join(mnistFolder(), file), join(copy, file))
    await replace(join(copy, name))
    return copy
  }
  const labels = files[3]!
  const original = (path: string) => copyFile(join(mnistFolder(), labels), path)
  it.each([
    ['missing', async () => {}, 'dataset.missing', /there is no file .*t10k-labels-idx1-ubyte; .*npm ci/],
    ['empty', (path: string) => writeFile(path, ''), 'dataset.invalid', /cut short: 0 bytes/],
    [
      'cut short',
      async (path: string) => (await original(path), truncate(path, 9000)),
      'dataset.invalid',
      /cut short: expected 10008 bytes for 10000, found 9000/,
    ],
    [
      'something else',
      (path: string) => writeFile(path, '<html>'),
      'dataset.invalid',
      /begins with 0x3c68746d, not with the magic number 0x00000801/,
    ],
    [
      'altered',
      async (path: string) => {
        await original(path)
        const { open } = await import('node:fs/promises')
        const file = await open(path, 'r+')
        await file.write(Uint8Array.of(3), 0, 1, 500)
        await file.close()
      },
      'dataset.invalid',
      /SHA-256 differs/,
    ],
  ] as const)('is refused where a file is %s', async (_, replace, code, message) => {
    const copy = await mnistWith(labels, replace as (path: string) => Promise<void>)
    await expect(loadMnist(specOf({ kind: 'mnist' }), copy)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })
})

const FASHION = process.env.ANNEAL_FASHION_MNIST ?? '/usr/share/datasets/fashion-mnist'
const noFashion = existsSync(FASHION) ? '' : `(not here: ${FASHION}; ANNEAL_FASHION_MNIST may name a folder)`
if (noFashion) console.warn(`Fashion-MNIST is not tested ${noFashion}`)

describe('Fashion-MNIST', () => {
  it.skipIf(noFashion)('is there whole, packed, with its known figures', async () => {
    const fashion = await loadFashionMnist(specOf({ kind: 'fashion-mnist', folder: FASHION }))
    expect(fashion.summary).toMatchObject({ train: 60000, validation: 10000, shape: [28, 28, 1], classes: 10 })
    expect(fashion.summary.mean).toBeCloseTo(0.286, 3)
    expect(fashion.summary.std).toBeCloseTo(0.353, 3)
    expect([...fashion.batch('train', [0, 1, 2, 3]).labels]).toEqual([9, 0, 0, 3])
    expect(fashion.summary.classNames![9]).toBe('Ankle boot')
  })
  it('where it is missing says how to get it', async () => {
    await expect(loadFashionMnist(specOf({ kind: 'fashion-mnist', folder }))).rejects.toMatchObject({
      code: 'dataset.missing',
      message: expect.stringMatching(
        /there is no file .*train-images-idx3-ubyte; get it with sudo apt install dataset-fashion-mnist/,
      ),
    })
  })
  it('is refused where its files are those of MNIST', async () => {
    await expect(loadFashionMnist(specOf({ kind: 'fashion-mnist', folder: mnistFolder() }))).rejects.toMatchObject({
      code: 'dataset.invalid',
      message: expect.stringMatching(/Fashion-MNIST: .* is not the published file/),
    })
  })
})

describe('IDX files', () => {
  const idx = (sizes: number[], values: number[], type = 8) => {
    const header = Buffer.alloc(4 + 4 * sizes.length)
    header[2] = type
    header[3] = sizes.length
    sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i))
    return Buffer.concat([header, Buffer.from(values)])
  }
  const range = (n: number) => Array.from({ length: n }, (_, i) => i)
  async function load(images: Buffer | null, labels: Buffer, validation = 1) {
    const at = await mkdtemp(join(folder, 'idx-'))
    if (images) await writeFile(join(at, 'images'), images)
    await writeFile(join(at, 'labels'), labels)
    return loadIdx(
      specOf({ kind: 'idx', images: join(at, 'images'), labels: join(at, 'labels'), validation, standardize: false }),
    )
  }

  it.each([
    [[4, 6], [6]],
    [
      [4, 2, 3],
      [2, 3, 1],
    ],
    [
      [4, 1, 2, 3],
      [1, 2, 3],
    ],
  ])('of the sizes %j are samples of the shape %j, the last held out', async (sizes, shape) => {
    const dataset = await load(idx(sizes, range(24)), idx([4], [0, 2, 1, 0]))
    expect(dataset.summary).toMatchObject({ kind: 'idx', train: 3, validation: 1, shape, classes: 3 })
    const { inputs, labels } = dataset.batch('validation', [0])
    expect([...inputs]).toEqual([18, 19, 20, 21, 22, 23].map((byte) => Math.fround(byte / 255)))
    expect([...labels]).toEqual([0])
  })

  it('may be packed with gzip', async () => {
    const [images, labels] = [idx([4, 2, 3], range(24)), idx([4], [0, 2, 1, 0])]
    const [plain, packed] = [await load(images, labels), await load(gzipSync(images), gzipSync(labels))]
    expect(whole(packed, 'train')).toEqual(whole(plain, 'train'))
  })

  it('of vectors cannot be shifted', async () => {
    const at = await mkdtemp(join(folder, 'idx-'))
    await writeFile(join(at, 'images'), idx([4, 6], range(24)))
    await writeFile(join(at, 'labels'), idx([4], [0, 1, 1, 0]))
    const [images, labels] = [join(at, 'images'), join(at, 'labels')]
    const spec = specOf({ kind: 'idx', images, labels, validation: 1, augment: { shift: 1 } })
    await expect(loadIdx(spec)).rejects.toMatchObject({ code: 'spec.invalid', details: { field: 'dataset.augment' } })
  })

  const good = idx([4, 2, 3], range(24))
  const labels = idx([4], [0, 1, 1, 0])
  it.each([
    ['images are missing', null, labels, 1, 'dataset.missing', /dataset.images: there is no file/],
    [
      'images are cut short',
      good.subarray(0, 30),
      labels,
      1,
      'dataset.invalid',
      /expected 40 bytes for 4 × 2 × 3, found 30/,
    ],
    ['images are too long', Buffer.concat([good, labels]), labels, 1, 'dataset.invalid', /too long/],
    ['the header is cut short', good.subarray(0, 9), labels, 1, 'dataset.invalid', /cut short in its header/],
    ['images are floats', idx([4, 2, 3], range(96), 13), labels, 1, 'dataset.invalid', /0x00000d03/],
    ['there are no images', idx([0, 2, 3], []), labels, 1, 'dataset.invalid', /no values/],
    [
      'gzip is cut short',
      gzipSync(good).subarray(0, 20),
      labels,
      1,
      'dataset.invalid',
      /gzip that is damaged or cut short/,
    ],
    ['gzip holds something else', gzipSync('<html>'), labels, 1, 'dataset.invalid', /not such an IDX file/],
    [
      'labels are too few',
      good,
      idx([3], [0, 1, 1]),
      1,
      'dataset.invalid',
      /3 labels, but dataset.images has 4 images/,
    ],
    ['there is one class', good, idx([4], [0, 0, 0, 0]), 1, 'dataset.invalid', /one class only/],
    ['all samples are held out', good, labels, 4, 'spec.invalid', /must be below the 4 samples/],
  ] as const)('are refused where %s', async (_, images, given, validation, code, message) => {
    await expect(load(images as Buffer | null, given, validation)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })
})

describe.each(['spirals', 'glyphs'] as const)('%s', (kind) => {
  const make = (more = {}) => loadDataset(specOf({ kind, train: 300, validation: 90, classes: 3, ...more }))

  it('are the same for the same seed and others for another', async () => {
    const [a, b, c] = await Promise.all([make({ seed: 5 }), make({ seed: 5 }), make({ seed: 6 })])
    expect(whole(a, 'train')).toEqual(whole(b, 'train'))
    expect(a.summary).toEqual(b.summary)
    expect(a.summary.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(c.summary.sha256).not.toBe(a.summary.sha256)
    expect(whole(a, 'train').inputs.slice(0, 180)).not.toEqual(whole(a, 'validation').inputs.slice(0, 180))
  })

  it('have each class equally often and standard inputs', async () => {
    const dataset = await make()
    const { inputs, labels } = whole(dataset, 'train')
    expect([0, 1, 2].map((c) => labels.filter((label) => label === c).length)).toEqual([100, 100, 100])
    expect(moments(inputs).mean).toBeCloseTo(0, 4)
    expect(moments(inputs).std).toBeCloseTo(1, 4)
    const plain = await make({ standardize: false })
    expect(moments(whole(plain, 'train').inputs).mean).toBeCloseTo(plain.summary.mean, 5)
  })
})

it('glyphs without noise lie inside of their 8 × 8 cells and differ from class to class', () => {
  const glyphs = makeGlyphs(specOf({ kind: 'glyphs', train: 1000, validation: 10, noise: 0, standardize: false }))
  const { inputs, labels } = whole(glyphs, 'train')
  const strokes = Array.from({ length: 10 }, () => new Set<number>())
  labels.forEach((label, n) =>
    strokes[label]!.add(inputs.slice(64 * n, 64 * n + 64).filter((value) => value > 0).length),
  )
  expect(Math.max(...strokes[1]!)).toBeLessThan(Math.min(...strokes[8]!))
  expect(Math.min(...inputs)).toBe(0)
  expect(Math.max(...inputs)).toBeLessThanOrEqual(1)
})
