import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importBundle } from '../../src/core/bundle/import-bundle'
import { AppError } from '../../src/core/domain/errors'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { checkTrainable } from '../../src/core/engine/check-trainable'
import { readCheckpoint } from '../../src/core/engine/checkpoints/read-checkpoint'
import { loadDataset } from '../../src/core/engine/datasets/load-dataset'
import { BrokenImage, decodeImage } from '../../src/core/engine/datasets/images/decode-image'
import { grantedFiles } from '../../src/core/files/grants'
import { connectTo } from '../../src/core/storage/database'
import { openWorkspace } from '../../src/core/storage/open'
import { prepareRestore } from '../../src/core/storage/restore'
import type { Storage } from '../../src/core/storage/types'

const FILES = join(import.meta.dirname, '../fixtures/hostile/files')
let folder: string
let storage: Storage
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-hostile-'))
  storage = openWorkspace(join(folder, 'workspace'), { now: () => 0 })
})
afterAll(() => {
  storage.close()
  rmSync(folder, { recursive: true, force: true })
})

/** How each kind of file is read, by the beginning of its name. */
const READERS: Record<string, (path: string) => unknown> = {
  idx: (path) => loadDataset({ kind: 'idx', images: path, labels: path, validation: 1, standardize: false }),
  table: (path) => loadDataset(parseRunSpec({ ...BASE, dataset: { kind: 'csv', path, target: 'y' } }).dataset),
  image: (path) => decodeImage(readFileSync(path)),
  spec: readSpec,
  recipe: readSpec,
  bundle: (path) => importBundle(storage, path, { newId: () => 'new' }),
  checkpoint: (path) => readCheckpoint(path),
  database(path) {
    const dir = mkdtempSync(join(folder, 'database-'))
    expect(() => prepareRestore(dir, path, 0)).toThrow(AppError)
    copyFileSync(path, join(dir, 'anneal.db'))
    openWorkspace(dir, { now: () => 0 }).close()
  },
}
const BASE = {
  dataset: { kind: 'mnist' },
  model: { preset: 'mlp' },
  schedule: { kind: 'constant', lr: 0.1 },
  budget: { steps: 10 },
}

/** As a file that was opened is read, to where its run would be stored. */
async function readSpec(path: string): Promise<void> {
  const { value } = await grantedFiles(async () => path, folder).readSpec('grant')
  const spec = parseRunSpec(value)
  await checkTrainable(spec)
}

/** What each file of the corpus is refused with; `broken` is that of an image alone, which its folder reports. */
const EXPECTED: [file: string, code: string, message: RegExp][] = [
  ['bundle-bomb.zip', 'bundle.invalid', /unpacked it is 1024 times as large/],
  ['bundle-claims-too-little.zip', 'bundle.invalid', /manifest\.json cannot be unpacked \(too many bytes/],
  ['bundle-climbs.zip', 'bundle.invalid', /invalid relative path/],
  ['bundle-counts-65534.zip', 'bundle.invalid', /unexpected EOF/],
  ['bundle-deep-manifest.zip', 'bundle.invalid', /manifest\.json is not JSON/],
  ['bundle-folder.zip', 'bundle.invalid', /"series\/", which is no file of a bundle/],
  ['bundle-link.zip', 'bundle.invalid', /is a link or a device/],
  ['bundle-nul-in-name.zip', 'bundle.invalid', /u0000\.png", which is no file of a bundle/],
  ['bundle-other-case.zip', 'bundle.invalid', /"Manifest\.JSON", which is no file of a bundle/],
  ['bundle-twice.zip', 'bundle.invalid', /has manifest\.json twice/],
  ['checkpoint-endless-header.ckpt', 'checkpoint.invalid', /cut short, or its header is damaged/],
  ['checkpoint-huge-array.ckpt', 'checkpoint.invalid', /its header is not that of a checkpoint/],
  ['checkpoint-noise.ckpt', 'checkpoint.invalid', /is no checkpoint of Anneal/],
  ['database-foreign.db', 'workspace.invalid', /but not an Anneal workspace\. Nothing was changed/],
  ['database-is-text.db', 'workspace.invalid', /damaged or no SQLite database/],
  ['database-noise.db', 'workspace.invalid', /damaged or no SQLite database/],
  ['idx-255-dimensions.idx', 'dataset.invalid', /not such an IDX file: it begins with 0x000008ff/],
  ['idx-bomb-behind.gz', 'dataset.invalid', /too long: it unpacks to more than 24 bytes/],
  ['idx-bomb.gz', 'dataset.invalid', /unpacks to 10\d\d times its size/],
  ['idx-claims-2-gib.gz', 'dataset.invalid', /unpacks to 2147483664 bytes; at most 2147483648 are read/],
  [
    'idx-claims-more-than-it-has.gz',
    'dataset.invalid',
    /cut short: expected 1048592 bytes for 1024 × 1024 × 1, found 116/,
  ],
  ['idx-gzip-of-gzip.gz', 'dataset.invalid', /begins with 0x1f8b0800/],
  ['idx-noise.gz', 'dataset.invalid', /gzip that is damaged or cut short/],
  ['idx-of-floats.idx', 'dataset.invalid', /begins with 0x00000d03/],
  ['idx-sizes-overflow.idx', 'dataset.invalid', /cut short: expected 7\.9\d+e\+28 bytes/],
  ['image-2-31-wide.png', 'broken', /2147483648 × 1 pixels; images may have 64 million/],
  ['image-60000-x-60000.png', 'broken', /60000 × 60000 pixels; images may have 64 million/],
  ['image-65535-x-65535.jpg', 'broken', /65535 × 65535 pixels; images may have 64 million/],
  ['image-bomb-interlaced.png', 'broken', /unpacks to more than its size says/],
  ['image-endless-chunk.png', 'broken', /damaged or cut short/],
  ['image-false-checksum.png', 'broken', /damaged or cut short/],
  ['image-is-svg.png', 'broken', /neither png nor jpeg/],
  ['image-marker-of-no-length.jpg', 'broken', /a marker is missing/],
  ['image-no-pixels.png', 'broken', /is 0 × 0 pixels/],
  ['image-noise-inside.jpg', 'broken', /^is damaged$/],
  ['image-too-few-pixels.png', 'broken', /pixels are missing/],
  ['image-unknown-depth.png', 'broken', /is damaged/],
  ['image-without-frame.jpg', 'broken', /its size is missing/],
  ['recipe-billion-laughs.yaml', 'input.invalid', /Excessive alias count/],
  ['recipe-circle.yaml', 'spec.invalid', /name must be text .*, got object nested too deep/],
  ['recipe-code.yaml', 'input.invalid', /line 1, column 7: Unresolved tag/],
  ['recipe-deep-lines.yaml', 'spec.invalid', /a is not a known field/],
  ['recipe-deep.yaml', 'input.invalid', /it is nested too deep/],
  ['recipe-prototype.yaml', 'spec.invalid', /__proto__ is not a known field/],
  ['spec-10000-layers.json', 'spec.invalid', /must have at most 200 layers/],
  ['spec-1e300-steps.json', 'spec.invalid', /budget\.steps must be a whole number from 1 to 100000000/],
  ['spec-2000-sequences.json', 'spec.invalid', /go at most 3 deep/],
  ['spec-30000-brackets.json', 'spec.invalid', /spec must be an object/],
  ['spec-4-billion-weights.json', 'spec.invalid', /\(dense\) brings the model above 50000000 weights/],
  ['spec-convolutions-of-weights.json', 'spec.invalid', /\(conv2d\) brings the model above 50000000 weights/],
  ['spec-deep-inside.json', 'spec.invalid', /notes must be text .*, got object nested too deep/],
  ['spec-device.json', 'dataset.invalid', /\/dev\/zero is not a file/],
  ['spec-kind-of-prototype.json', 'spec.invalid', /dataset\.kind must be one of/],
  ['spec-not-utf8.json', 'spec.invalid', /dataset is missing/],
  ['spec-number-too-large.json', 'spec.invalid', /schedule\.lr must be above 0 and at most 10000, got Infinity/],
  ['spec-prototype.json', 'spec.invalid', /__proto__ is not a known field/],
  ['table-10001-columns.csv', 'dataset.invalid', /line 1 has more than 10000 columns/],
  ['table-300-categories.csv', 'dataset.invalid', /300 different texts, categories may be 256/],
  ['table-double-names.csv', 'dataset.invalid', /two columns are called __proto__/],
  ['table-noise.csv', 'dataset.invalid', /not text in UTF-8/],
  ['table-one-long-cell.csv', 'dataset.invalid', /line 2 has a cell of more than 100000 characters/],
  ['table-open-quote.csv', 'dataset.invalid', /line 2 opens a quote that is never closed/],
  ['table-ragged.csv', 'dataset.invalid', /line 3 has 3 columns, but the first line has 2/],
  ['table-utf16.csv', 'dataset.invalid', /text in UTF-16/],
]

describe('a hostile file', () => {
  it('is in the table: each of the corpus', () => {
    expect(EXPECTED.map(([name]) => name).toSorted()).toEqual(readdirSync(FILES).toSorted())
  })
  it.each(EXPECTED)('%s is refused as %s: %s', async (name, code, message) => {
    const read = READERS[/^[a-z]+/.exec(name)![0]]!
    const before = Object.getOwnPropertyNames(Object.prototype)
    const refused = (error: unknown) => {
      expect(error).toBeInstanceOf(code === 'broken' ? BrokenImage : AppError)
      if (error instanceof AppError) expect(error.code).toBe(code)
      expect((error as Error).message).toMatch(message)
      // A file is named by its path at most: what it holds is not told at length.
      expect((error as Error).message.length).toBeLessThan(1000)
    }
    await Promise.resolve()
      .then(() => read(join(FILES, name)))
      .then(() => expect.unreachable('it was taken'), refused)
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(storage.check()).toMatchObject({ runs: 0, integrity: 'ok' })
  })
})

describe('a workspace that somebody has changed', () => {
  const STRANGE = [
    ['trigger', "CREATE TRIGGER t AFTER INSERT ON run BEGIN UPDATE run SET notes = 'mine'; END"],
    ['view', 'CREATE VIEW t AS SELECT * FROM run'],
    ['table', 'CREATE VIRTUAL TABLE t USING fts5(x)'],
  ] as const
  it.each(STRANGE)('so that it holds a %s is neither opened nor put back', (kind, sql) => {
    const dir = join(folder, `changed-${kind}`)
    openWorkspace(dir, { now: () => 0 }).close()
    const file = join(dir, 'anneal.db')
    const db = new Sqlite(file)
    db.exec(sql)
    db.close()
    const before = readFileSync(file)
    const refusal = { code: 'workspace.invalid', message: expect.stringContaining(`holds a ${kind} t`) }
    expect(caught(() => openWorkspace(dir, { now: () => 0 }))).toMatchObject(refusal)
    expect(caught(() => prepareRestore(join(folder, 'empty'), file, 0))).toMatchObject({ code: 'workspace.invalid' })
    expect(readFileSync(file).equals(before)).toBe(true)
  })
  it('is not trusted in what its schema calls, and its pages are checked as they are read', () => {
    const db = connectTo(join(folder, 'trust.db'))
    const set = ['trusted_schema', 'cell_size_check'].map((name) => db.pragma(name, { simple: true }))
    db.close()
    expect(set).toEqual([0, 1])
  })
})

describe.skipIf(process.platform === 'win32')('what is no file', () => {
  it.each<[string, (path: string) => unknown]>([
    ['images', READERS.idx!],
    ['a table', READERS.table!],
    ['a run spec', READERS.spec!],
  ])('is not opened for %s: a pipe would keep it waiting for ever', async (what, read) => {
    const pipe = join(folder, `pipe-${what.length}`)
    execFileSync('mkfifo', [pipe])
    await expect(Promise.resolve().then(() => read(pipe))).rejects.toThrow(/is not a file/)
  })
})

const caught = (action: () => unknown): unknown => {
  try {
    return action()
  } catch (error) {
    return error
  }
}
