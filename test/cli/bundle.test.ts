import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportResult } from '../../src/core/api/contract'
import type { RunRow } from '../../src/core/domain/run'
import { anneal, jsonOf, startAnneal, temporaryFolder, TINY } from './anneal'

const folder = temporaryFolder()
const [home, away] = [join(folder.path, 'home'), join(folder.path, 'away')]
const bundle = join(folder.path, 'run.anneal-bundle')
let run: RunRow

const json = async <T>(...args: string[]) => jsonOf<T>(await anneal([...args, '--json']))

beforeAll(async () => {
  const spec = { ...TINY, budget: { steps: 400 }, checkpoint: { everySteps: 10 } }
  const whole = await json<[RunRow]>('run', folder.write('spec.json', spec), '--data', home)
  run = whole[0]
})
afterAll(() => folder.remove())

describe('a bundle on the command line', () => {
  it('is written once, imported with the same points, and skipped the second time', async () => {
    const args = ['export', run.id, '--format', 'bundle', '--out', bundle, '--data', home]
    expect(await json('export', ...args.slice(1))).toMatchObject({ runs: [run.id], format: 'bundle', file: bundle })
    expect((await anneal(args)).err).toContain('exists already')
    const first = await json<ImportResult>('import', bundle, '--data', away)
    expect(first.imported.map(({ id }) => id)).toEqual([run.id])
    const losses = (data: string) => json<object>('series', run.id, 'train/loss', '--data', data)
    expect(await losses(away)).toEqual(await losses(home))
    const { code, out } = await anneal(['import', bundle, '--data', away])
    expect(code).toBe(0)
    expect(out).toContain(`skipped   ${run.id}  tiny  (here already, bit for bit)`)
  })

  it('goes through the server that holds the workspace', async () => {
    const data = join(folder.path, 'served')
    const server = startAnneal(['serve', '--no-open', '--data', data])
    await server.says('out', /Anneal is at/)
    const { imported } = await json<ImportResult>('import', bundle, '--data', data)
    expect(imported).toHaveLength(1)
    const again = join(folder.path, 'again.anneal-bundle')
    await json('export', run.id, '--format', 'bundle', '--out', again, '--data', data)
    server.child.kill('SIGINT')
    await server.ended
    expect(await json('import', again, '--data', home)).toMatchObject({ imported: [], skipped: [{ id: run.id }] })
  })

  it('that is none makes no run and says why', async () => {
    const none = join(folder.path, 'none.anneal-bundle')
    writeFileSync(none, 'nothing')
    const { code, out, err } = await anneal(['import', none, '--data', away])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/^Error: This is no bundle that can be imported: it is no zip archive/)
    const missing = await anneal(['import', join(folder.path, 'not-there'), '--data', away])
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('there is no such file') })
    expect(existsSync(`${bundle}.tmp`)).toBe(false)
  })
})
