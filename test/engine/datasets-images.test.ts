import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BrokenImage, decodeImage, type Pixels } from '../../src/core/engine/datasets/images/decode-image'
import { checkImageFolder, loadImageFolder } from '../../src/core/engine/datasets/images/load-image-folder'
import { resizeInto } from '../../src/core/engine/datasets/images/resize-image'
import { specOf, whole } from './dataset-specs'

const FIXTURES = join(import.meta.dirname, '../fixtures/images')
const fixture = (name: string) => readFile(join(FIXTURES, name))

type Colour = readonly [number, number, number]
const LEFT: Colour = [200, 60, 40]
const RIGHT: Colour = [20, 90, 180]
const grey = ([r, g, b]: Colour) => 0.299 * r + 0.587 * g + 0.114 * b

/** A png of one colour; `claim` changes what its header says of it. */
function png(
  width: number,
  height: number,
  [r, g, b]: Colour,
  claim: { width?: number; height?: number; interlaced?: boolean; data?: Buffer } = {},
) {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    check.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, check])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(claim.width ?? width, 0)
  header.writeUInt32BE(claim.height ?? height, 4)
  header.set([8, 2, 0, 0, claim.interlaced ? 1 : 0], 8)
  const row = [0, ...Array.from({ length: width }, () => [r, g, b]).flat()]
  const rows = claim.data ?? Buffer.from(Array.from({ length: height }, () => row).flat())
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('an image that is made smaller', () => {
  const resized = (image: Pixels, size: number, channels: 1 | 3) => {
    const to = new Uint8Array(size * size * channels)
    resizeInto(image, size, channels, to)
    return [...to]
  }
  const greys = (width: number, values: number[], opacity = 255): Pixels => ({
    width,
    height: values.length / width,
    data: Uint8Array.from(values.flatMap((v) => [v, v, v, opacity])),
  })

  it('has the mean of the area in each pixel, parts of pixels by their share', () => {
    expect(resized(greys(4, [0, 100, 20, 40, 200, 100, 60, 80]), 1, 1)).toEqual([75])
    expect(resized(greys(2, [10, 30, 50, 70]), 2, 1)).toEqual([10, 30, 50, 70])
    expect(resized(greys(3, [0, 90, 180, 0, 90, 180]), 2, 1)).toEqual([30, 150, 30, 150])
    expect(resized(greys(1, [7]), 3, 1)).toEqual(Array(9).fill(7))
  })
  it('keeps the mean of the whole, whatever its sides (seeded)', () => {
    for (const [width, height, size] of [
      [7, 5, 3],
      [13, 29, 8],
      [100, 3, 6],
      [9, 9, 4],
    ] as const) {
      const values = Array.from({ length: width * height }, (_, i) => (i * 7919) % 256)
      const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / of.length
      expect(Math.abs(mean(resized(greys(width, values), size, 1)) - mean(values))).toBeLessThan(0.5)
    }
  })
  it('is seen on white where it is transparent', () => {
    expect(resized(greys(1, [100], 0), 1, 3)).toEqual([255, 255, 255])
    expect(resized(greys(1, [100], 51), 1, 3)).toEqual([224, 224, 224])
  })
})

describe('image files', () => {
  /** Left and right half as the file has them, over all of their pixels. */
  const halves = (bytes: Buffer, channels: 1 | 3) => {
    const to = new Uint8Array(16 * 16 * channels)
    resizeInto(decodeImage(bytes), 16, channels, to)
    const at = (x: number) => [...to.subarray((16 * 8 + x) * channels, (16 * 8 + x + 1) * channels)]
    return [at(2), at(13)]
  }
  it.each([
    ['halves.png', 0, LEFT, RIGHT],
    ['halves-palette.png', 0, LEFT, RIGHT],
    ['halves.jpg', 4, LEFT, RIGHT],
    ['halves-progressive.jpg', 8, LEFT, RIGHT],
    ['halves-half-transparent.png', 1, LEFT.map((c) => (c + 255) / 2), RIGHT.map((c) => (c + 255) / 2)],
  ])('%s are read to ± %i of their colours', async (name, tolerance, left, right) => {
    const found = halves(await fixture(name), 3)
    for (const [i, colour] of [left, right].entries())
      colour.forEach((value, c) => expect(Math.abs(found[i]![c]! - value)).toBeLessThanOrEqual(tolerance))
  })
  it.each(['halves.png', 'halves-grey.png', 'halves-16bit.png', 'halves.jpg', 'halves-grey.jpg'])(
    '%s are read as grey',
    async (name) => {
      const [left, right] = halves(await fixture(name), 1)
      expect(Math.abs(left![0]! - grey(LEFT))).toBeLessThan(4)
      expect(Math.abs(right![0]! - grey(RIGHT))).toBeLessThan(4)
    },
  )

  const bomb = () => Buffer.alloc(50 * 2 ** 20)
  it.each([
    ['nothing', async () => Buffer.alloc(0), /is empty/],
    ['text', async () => Buffer.from('<svg/>'), /neither png nor jpeg/],
    [
      'a png of more pixels than memory',
      async () => png(1, 1, LEFT, { width: 60000, height: 60000 }),
      /60000 × 60000 pixels; images may have 64 million/,
    ],
    ['a png of no pixels', async () => png(1, 1, LEFT, { width: 0 }), /0 × 1 pixels/],
    [
      'a png that unpacks to more than it says',
      async () => png(8, 8, LEFT, { interlaced: true, data: bomb() }),
      /unpacks to more than its size says/,
    ],
    ['a png cut short', async () => (await fixture('halves.png')).subarray(0, 60), /damaged|cut short/],
    ['a png cut in its header', async () => png(2, 2, LEFT).subarray(0, 20), /cut short/],
    [
      'a png with a wrong checksum',
      async () => {
        const bytes = png(2, 2, LEFT)
        bytes[bytes.length - 20]! ^= 1
        return bytes
      },
      /is damaged/,
    ],
    ['a png with too few rows', async () => png(8, 8, LEFT, { data: Buffer.alloc(30) }), /is damaged/],
    ['a jpeg cut short', async () => (await fixture('halves.jpg')).subarray(0, -40), /cut short/],
    ['a jpeg cut in its header', async () => (await fixture('halves.jpg')).subarray(0, 30), /cut short/],
    [
      'a jpeg of more pixels than memory',
      async () => {
        const bytes = await fixture('halves.jpg')
        const at = bytes.indexOf(Buffer.from([0xff, 0xc0]))
        bytes.writeUInt16BE(50000, at + 5)
        bytes.writeUInt16BE(50000, at + 7)
        return bytes
      },
      /50000 × 50000 pixels/,
    ],
    [
      'a jpeg without tables',
      async () => Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex'),
      /cut short|damaged/,
    ],
  ])('of %s are broken, in words', async (_, make, message) => {
    const bytes = await make()
    expect(() => decodeImage(bytes)).toThrow(BrokenImage)
    expect(() => decodeImage(bytes)).toThrow(message)
  })

  it('that are interlaced are whole at exactly the bytes of their seven passes, broken at one fewer', () => {
    const of = (bytes: number) => png(5, 3, LEFT, { interlaced: true, data: Buffer.alloc(bytes) })
    expect(decodeImage(of(52))).toMatchObject({ width: 5, height: 3 })
    expect(() => decodeImage(of(51))).toThrow(/pixels are missing/)
    expect(() => decodeImage(of(53))).toThrow(/unpacks to more/)
  })
})

describe('an image folder', () => {
  let root: string
  let folder: string
  let n = 0
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'anneal-images-'))
    process.env.ANNEAL_IMAGE_CACHE = join(root, 'cache')
  })
  afterAll(async () => {
    delete process.env.ANNEAL_IMAGE_CACHE
    await rm(root, { recursive: true })
  })
  beforeEach(() => void (folder = join(root, String(n++))))

  async function put(files: Record<string, Buffer | string>): Promise<void> {
    for (const [name, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), bytes)
    }
  }
  const shades = (label: string, count: number, first: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`${label}/${i}.png`, png(3, 2, [first + i, first + i, first + i])]),
    )
  const spec = (more: object = {}) =>
    specOf({ kind: 'image-folder', path: folder, size: 2, standardize: false, ...more })
  const said: string[] = []
  const load = (more: object = {}) => loadImageFolder(spec(more), (what) => said.push(what))

  describe('that is whole', () => {
    it('has a class a folder, of each a share held out, each image once', async () => {
      await put({
        ...shades('cat', 10, 0),
        ...shades('Hund', 20, 100),
        ...shades('鳥', 5, 200),
        'cat/notes.txt': 'x',
        '.DS_Store': '',
      })
      const dataset = await load()
      expect(dataset.summary).toMatchObject({
        kind: 'image-folder',
        train: 28,
        validation: 7,
        shape: [2, 2, 3],
        classes: 3,
        classNames: ['Hund', 'cat', '鳥'],
        notes: ['1 other files and folders were not looked at'],
      })
      const seen = (['train', 'validation'] as const).flatMap((part) => {
        const { inputs, labels } = whole(dataset, part)
        return [...labels].map((label, i) => [Math.round(inputs[12 * i]! * 255), label])
      })
      const expected = [
        [20, 100, 0],
        [10, 0, 1],
        [5, 200, 2],
      ].flatMap(([count, first, label]) => Array.from({ length: count! }, (_, i) => [first! + i, label]))
      expect(seen.sort((a, b) => a[0]! - b[0]!)).toEqual(expected.sort((a, b) => a[0]! - b[0]!))
      const labels = [...whole(dataset, 'validation').labels]
      expect([0, 1, 2].map((label) => labels.filter((one) => one === label).length)).toEqual([4, 2, 1])
      expect(whole(await load({ seed: 1 }), 'validation').inputs).not.toEqual(whole(dataset, 'validation').inputs)
    })

    it('is cached by its contents: the second time comes from the file, a change of one byte does not', async () => {
      await put({ ...shades('a', 4, 0), ...shades('b', 4, 100) })
      const cache = process.env.ANNEAL_IMAGE_CACHE!
      const before = new Set(await readdir(cache).catch(() => []))
      const first = whole(await load(), 'train')
      const [made] = (await readdir(cache)).filter((name) => !before.has(name))
      const path = join(cache, made!)
      // The cache is what is read: with other pixels and a right checksum the dataset has those.
      const bytes = (await readFile(path)).subarray(0, -32)
      bytes.fill(7, bytes.length - 8 * 12)
      await writeFile(path, Buffer.concat([bytes, createHash('sha256').update(bytes).digest()]))
      expect(new Set(whole(await load(), 'train').inputs)).toEqual(new Set([Math.fround(7 / 255)]))
      // A damaged one is made again.
      await truncate(path, 60)
      expect(whole(await load(), 'train').inputs).toEqual(first.inputs)
      await put({ 'a/0.png': png(3, 2, [90, 90, 90]) })
      expect((await load()).summary.sha256).not.toBe(made)
      expect((await readdir(cache)).filter((name) => !before.has(name))).toHaveLength(2)
      expect(whole(await load({ grayscale: true }), 'train').inputs).toHaveLength(6 * 4)
    })

    it('works without a cache where none can be written', async () => {
      await put({ ...shades('a', 3, 0), ...shades('b', 3, 100), file: '' })
      const cache = process.env.ANNEAL_IMAGE_CACHE
      process.env.ANNEAL_IMAGE_CACHE = join(folder, 'file')
      await expect(load())
        .resolves.toMatchObject({ summary: { train: 4, validation: 2 } })
        .finally(() => (process.env.ANNEAL_IMAGE_CACHE = cache))
    })

    it('with broken files is refused with their list, or goes on without them where asked', async () => {
      await put({
        ...shades('a', 3, 0),
        ...shades('b', 3, 100),
        'a/empty.jpg': '',
        'b/text.png': 'x',
        'b/bomb.png': png(1, 1, LEFT, { width: 60000, height: 60000 }),
      })
      const error = await load().catch((error: unknown) => error)
      expect(error).toMatchObject({
        code: 'dataset.invalid',
        message: expect.stringMatching(
          /3 of 9 files in .* are broken: a\/empty.jpg is empty; b\/bomb.png is 60000 × 60000.*; b\/text.png is neither png nor jpeg.*skipBroken/,
        ),
      })
      const { summary } = await load({ skipBroken: true })
      expect(summary).toMatchObject({ train: 4, validation: 2 })
      expect(summary.notes![0]).toMatch(/^3 broken files were left out: a\/empty.jpg/)
    })

    it('of which a class has no whole image is refused, also where broken ones are skipped', async () => {
      await put({ ...shades('a', 3, 0), 'b/0.png': 'x' })
      await expect(load({ skipBroken: true })).rejects.toMatchObject({
        message: expect.stringMatching(/of b in .* no image is whole/),
      })
    })
  })

  it.each([
    ['is not there', async () => {}, 'dataset.missing', /there is no /],
    [
      'is a file',
      async () => {
        await writeFile(folder, '')
      },
      'dataset.invalid',
      /is not a folder/,
    ],
    [
      'is empty',
      async () => {
        await mkdir(folder)
      },
      'dataset.invalid',
      /has no folders; each class is a folder/,
    ],
    ['has one class', () => put(shades('a', 2, 0)), 'dataset.invalid', /one folder only, a/],
    [
      'has a class without images',
      () => put({ ...shades('a', 2, 0), 'b/readme.txt': '' }),
      'dataset.invalid',
      /b has no png or jpeg files/,
    ],
    [
      'has a class that is a link out of it',
      async () => {
        await put(shades('a', 2, 0))
        await symlink(FIXTURES, join(folder, 'b'))
      },
      'dataset.invalid',
      /b in .* is a link that leads out of the folder/,
    ],
    [
      'has a file that is a link out of it',
      async () => {
        await put({ ...shades('a', 2, 0), ...shades('b', 2, 0) })
        await symlink('/etc/passwd', join(folder, 'b', 'x.png'))
      },
      'dataset.invalid',
      /x.png in .* is a link that leads out/,
    ],
    [
      'has a link to nothing',
      async () => {
        await put({ ...shades('a', 2, 0), ...shades('b', 2, 0) })
        await symlink('nothing', join(folder, 'b', 'x.png'))
      },
      'dataset.missing',
      /x.png/,
    ],
  ] as const)('that %s is refused before a run', async (_, make, code, message) => {
    await make()
    await expect(checkImageFolder(spec())).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('may have links within itself, and says what a model must take and give', async () => {
    await put({ ...shades('a', 2, 0), ...shades('b', 2, 0) })
    await symlink('0.png', join(folder, 'a', 'again.png'))
    expect(await checkImageFolder(spec())).toEqual({ shape: [2, 2, 3], outputs: 2 })
    expect(await checkImageFolder(spec({ grayscale: true, size: 64 }))).toEqual({ shape: [64, 64, 1], outputs: 2 })
  })
})
