import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunRow } from '../../src/core/domain/run'
import { anneal, jsonOf, LONG, startAnneal, temporaryFolder, TINY } from './anneal'

const folder = temporaryFolder()
const file = join(folder.path, 'copy.db')
const here = ['--data', folder.data]
let run: RunRow

const json = async <T>(...args: string[]) => jsonOf<T>(await anneal([...args, '--json', ...here]))
const runs = async () => (await json<RunRow[]>('runs')).map(({ id }) => id)

beforeAll(async () => {
  run = (await json<[RunRow]>('run', folder.write('spec.json', TINY)))[0]
})
afterAll(() => folder.remove())

describe('backup and restore on the command line', () => {
  it('copy the workspace while another process trains into it, and put it back once that one has ended', async () => {
    const training = startAnneal(['run', folder.write('long.json', LONG), ...here])
    await training.says('err', /long/)
    const made = await json<{ file: string; runs: number; checkpoints: { files: number } }>('backup', '--out', file)
    expect(made).toMatchObject({ file, runs: 2 })
    const refused = await anneal(['restore', file, '--yes', ...here])
    expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/is in use by an anneal command/) })
    training.child.kill('SIGINT')
    expect((await training.ended).code).toBe(130)
    const both = await runs()
    await anneal(['delete', run.id, '--yes', ...here])
    expect(await json('restore', file, '--yes')).toMatchObject({ restored: file, runs: 2, kept: expect.any(String) })
    expect((await runs()).sort()).toEqual(both.sort())
    expect((await anneal(['doctor', ...here])).out).toMatch(/ok +database +sound/)
  })

  it('ask before anything is replaced, and say what is where', async () => {
    const { code, err } = await anneal(['restore', file, ...here])
    expect(code).toBe(2)
    expect(err).toMatch(/the backup: 2 runs.*checksum right\)\n +in the workspace: 2 runs/)
    expect(err).toMatch(/needs --yes where nobody can be asked; nothing was changed/)
  })

  it('say which file it is, what is in it and what is not', async () => {
    const { out, err } = await anneal(['backup', ...here])
    expect(out).toMatch(/backups[\\/]anneal-\d{8}-\d{6}\.db\n$/)
    expect(err).toMatch(/2 runs, .* points, .*; checked\.\nNot in it: \d+ checkpoints? \(.*checkpoints\n/)
  })

  it('refuse where there is no workspace, and no backup', async () => {
    const nowhere = ['--data', join(folder.path, 'nowhere')]
    expect(await anneal(['backup', ...nowhere])).toMatchObject({ code: 2, err: expect.stringMatching(/no workspace/) })
    const none = await anneal(['restore', folder.write('none.db', 'nothing'), '--yes', ...nowhere])
    expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/cannot be put back.*Nothing was changed/) })
  })

  it('are named with the salvage where the database is damaged, which then brings its runs back', async () => {
    const broken = join(folder.path, 'broken')
    cpSync(folder.data, broken, { recursive: true })
    const bytes = readFileSync(join(broken, 'anneal.db'))
    bytes.fill(0, 0, 32)
    writeFileSync(join(broken, 'anneal.db'), bytes)
    const refused = await anneal(['runs', '--data', broken])
    expect(refused.err).toMatch(
      /anneal doctor --salvage DIR --data .*; the newest backup is put back with: anneal restore .*backups/,
    )
    const saved = join(folder.path, 'saved')
    const { code, out } = await anneal(['doctor', '--salvage', saved, '--data', broken])
    // Of the checkpoints that the restored backup knows the run went on to newer ones before.
    expect({ code, out }).toEqual({
      code: 1,
      out: expect.stringMatching(/saved: 2 runs, .* points\n(lost .*gone\n)+$/),
    })
    const rows = async (data: string) => jsonOf<RunRow[]>(await anneal(['runs', '--json', '--data', data]))
    expect(await rows(saved)).toEqual(await rows(folder.data))
  })
})
