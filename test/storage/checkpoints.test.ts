import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Storage } from '../../src/core/storage/types'
import { frame, newFolder, newRun, open } from './support/workspace'

const SHA = 'a'.repeat(64)

/** Puts a file where a trainer would, and records it. */
function save(storage: Storage, run: string, step: number, value: number | null = null) {
  const folder = storage.checkpoints.folder(run)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${step}.ckpt`), `checkpoint ${step}`)
  storage.checkpoints.add(run, { step, bytes: 12, sha256: SHA, value })
}

const steps = (storage: Storage, run: string) => storage.checkpoints.list(run).map(({ step }) => step)
const files = (storage: Storage, run: string) => {
  const folder = storage.checkpoints.folder(run)
  return existsSync(folder) ? readdirSync(folder).sort() : []
}

function withRun(spec: Record<string, unknown> = {}, dir = newFolder()) {
  const storage = open(dir)
  storage.runs.create(newRun('a', {}, spec))
  return { storage, dir }
}

describe('checkpoints', () => {
  it('are listed newest first, with what is known of them', () => {
    const { storage, dir } = withRun()
    save(storage, 'a', 50, 0.7)
    save(storage, 'a', 100)
    expect(storage.checkpoints.list('a')).toEqual([
      {
        step: 100,
        file: join(dir, 'checkpoints', 'a', '100.ckpt'),
        there: true,
        bytes: 12,
        sha256: SHA,
        value: null,
        best: false,
        savedAt: expect.any(Number),
      },
      expect.objectContaining({ step: 50, value: 0.7, best: true }),
    ])
    expect(() => storage.checkpoints.list('nobody')).toThrow(expect.objectContaining({ code: 'run.notFound' }))
  })

  it.each<[string, Record<string, unknown>, [number, number | null][], number[]]>([
    [
      'two newest and the best by accuracy',
      {},
      [
        [1, 0.5],
        [2, 0.9],
        [3, 0.8],
        [4, 0.85],
        [5, 0.9],
      ],
      [5, 4, 2],
    ],
    [
      'by loss where that is what the run lowers',
      { loss: 'mean-squared-error' },
      [
        [1, 0.5],
        [2, 0.1],
        [3, 0.8],
        [4, 0.3],
      ],
      [4, 3, 2],
    ],
    [
      'only as many as asked for',
      { checkpoint: { everySteps: 1, keep: 1 } },
      [
        [1, 0.9],
        [2, 0.1],
        [3, 0.1],
      ],
      [3],
    ],
    [
      'as many as asked for and the best',
      { checkpoint: { everySteps: 1, keep: 3, best: 'validation/loss' } },
      [
        [1, 9],
        [2, 1],
        [3, 2],
        [4, null],
        [5, null],
        [6, 5],
      ],
      [6, 5, 4, 2],
    ],
    [
      'the last ones where nothing was measured',
      {},
      [
        [1, null],
        [2, null],
        [3, null],
      ],
      [3, 2],
    ],
  ])('keep the %s; the files of the others go', (_, spec, saved, kept) => {
    const { storage } = withRun(spec)
    for (const [step, value] of saved) save(storage, 'a', step, value)
    expect(steps(storage, 'a')).toEqual(kept)
    expect(files(storage, 'a')).toEqual(kept.map((step) => `${step}.ckpt`).sort())
  })

  it('replace one of the same step', () => {
    const { storage } = withRun()
    save(storage, 'a', 10)
    save(storage, 'a', 10, 0.4)
    expect(storage.checkpoints.list('a')).toMatchObject([{ step: 10, value: 0.4 }])
  })

  it('that nothing could go on from are named, with the reason; those of deleted runs are not', () => {
    const { storage } = withRun({ checkpoint: { everySteps: 1, keep: 9 } })
    storage.runs.create(newRun('gone'))
    const put = (run: string, step: number, recorded?: string) => {
      const content = Buffer.from(`weights ${step}`)
      const digest = createHash('sha256').update(content).digest()
      save(storage, run, step)
      writeFileSync(join(storage.checkpoints.folder(run), `${step}.ckpt`), Buffer.concat([content, digest]))
      storage.checkpoints.add(run, { step, bytes: 40, sha256: recorded ?? digest.toString('hex'), value: null })
      return join(storage.checkpoints.folder(run), `${step}.ckpt`)
    }
    put('a', 1)
    rmSync(put('a', 2))
    truncateSync(put('a', 3), 39)
    put('a', 4, SHA)
    truncateSync(put('a', 5), 3)
    rmSync(put('gone', 6))
    storage.runs.remove('gone')
    expect(storage.checkpoints.unusable()).toEqual([
      { run: 'a', step: 2, why: 'its file is gone' },
      { run: 'a', step: 3, why: 'its file is damaged' },
      { run: 'a', step: 4, why: 'its file is not the one that was recorded' },
      { run: 'a', step: 5, why: 'its file is damaged' },
    ])
  })

  it('that are later go when a run is taken back, with their files', () => {
    const { storage } = withRun({ checkpoint: { everySteps: 1, keep: 9 } })
    storage.metrics.append('a', [frame('update', ['lr'], 0, 40)], 40)
    for (const step of [10, 20, 30, 40]) save(storage, 'a', step)
    storage.rewind('a', { step: 20, evaluationDue: false })
    expect(steps(storage, 'a')).toEqual([20, 10])
    expect(files(storage, 'a')).toEqual(['10.ckpt', '20.ckpt'])
    storage.rewind('a', { step: 0, evaluationDue: false })
    expect([steps(storage, 'a'), files(storage, 'a')]).toEqual([[], []])
  })

  it('say which of their files are gone', () => {
    const { storage } = withRun()
    save(storage, 'a', 10)
    save(storage, 'a', 20)
    rmSync(join(storage.checkpoints.folder('a'), '20.ckpt'))
    expect(storage.checkpoints.list('a').map(({ there }) => there)).toEqual([false, true])
    rmSync(storage.checkpoints.folder('a'), { recursive: true })
    expect(storage.checkpoints.list('a').map(({ there }) => there)).toEqual([false, false])
    save(storage, 'a', 30)
    expect(steps(storage, 'a')).toEqual([30, 20])
  })

  it('go with their run when it is gone for good, and stay while it can come back', () => {
    const { storage } = withRun()
    save(storage, 'a', 10)
    storage.runs.remove('a')
    expect(files(storage, 'a')).toEqual(['10.ckpt'])
    storage.runs.restore('a')
    expect(steps(storage, 'a')).toEqual([10])
    storage.runs.purge(['a'])
    expect(existsSync(storage.checkpoints.folder('a'))).toBe(false)
  })

  it('of removed runs go when the workspace is closed', () => {
    const { storage } = withRun()
    storage.runs.create(newRun('b'))
    save(storage, 'a', 10)
    save(storage, 'b', 10)
    storage.runs.remove('a')
    storage.close()
    expect(existsSync(storage.checkpoints.folder('a'))).toBe(false)
    expect(files(storage, 'b')).toEqual(['10.ckpt'])
  })

  it('that a crash left without a record go at the next start; what is not ours stays', () => {
    const { storage, dir } = withRun()
    save(storage, 'a', 10)
    const folder = storage.checkpoints.folder('a')
    const gone = storage.checkpoints.folder('gone')
    storage.close()
    for (const name of ['20.ckpt', '.30.ckpt.partial', 'notes.txt', 'best.ckpt'])
      writeFileSync(join(folder, name), name)
    mkdirSync(join(folder, '40.ckpt'))
    mkdirSync(gone)
    writeFileSync(join(gone, '5.ckpt'), 'x')
    const again = open(dir)
    expect(files(again, 'a')).toEqual(['10.ckpt', '40.ckpt', 'best.ckpt', 'notes.txt'])
    expect(existsSync(gone)).toBe(false)
    expect(steps(again, 'a')).toEqual([10])
  })
})
