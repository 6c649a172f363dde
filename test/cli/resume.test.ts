import { rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunRow } from '../../src/core/domain/run'
import { anneal, jsonOf, startAnneal, temporaryFolder, TINY } from './anneal'

const folder = temporaryFolder()
afterAll(folder.remove)
const here = ['--data', folder.data]

const SPEC = {
  ...TINY,
  budget: { steps: 3000 },
  evaluate: { everySteps: 100 },
  checkpoint: { everySteps: 100, keep: 5 },
}

/** Stops a run by Ctrl-C once it is under way. */
async function stoppedRun(name: string): Promise<string> {
  const run = startAnneal(['run', folder.write(`${name}.json`, { ...SPEC, name }), ...here])
  await run.says('err', /\b[3-9]\d\d\/3000/)
  run.child.kill('SIGINT')
  const { code, err } = await run.ended
  expect(code).toBe(130)
  return /anneal resume (\w{8})/.exec(err)![1]!
}

const show = async (id: string) => jsonOf<RunRow>(await anneal(['show', id, ...here, '--json']))
const losses = async (id: string) => jsonOf<object>(await anneal(['series', id, 'train/loss', ...here, '--json']))

let whole: RunRow
beforeAll(async () => {
  ;[whole] = jsonOf<[RunRow]>(await anneal(['run', folder.write('whole.json', SPEC), ...here, '--json']))
})

describe('anneal resume', () => {
  it('goes on after Ctrl-C to the numbers of an undisturbed run, as the stop said it would', async () => {
    const id = await stoppedRun('once')
    const before = await show(id)
    expect([before.status, before.steps < 3000]).toEqual(['stopped', true])
    const { code, out, err } = await anneal(['resume', id, ...here])
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toContain(`once (${id}) goes on from update ${before.steps}\n`)
    expect(err).toMatch(/finished {2}3000 of 3000 updates/)
    expect(await losses(id)).toEqual(await losses(whole.id))
    expect((await show(id)).metrics['validation/loss']).toEqual(whole.metrics['validation/loss'])
  })

  it('takes the checkpoint before a damaged one, with a note, and gives the run as JSON', async () => {
    const id = await stoppedRun('damaged')
    const { steps } = await show(id)
    truncateSync(join(folder.data, 'checkpoints', id, `${steps}.ckpt`), 100)
    const ended = await anneal(['resume', id, ...here, '--json'])
    expect(ended.err).toMatch(/damaged: The checkpoint .* cut short.*The one before it is used/)
    expect(jsonOf<RunRow>(ended)).toMatchObject({ id, status: 'finished', steps: 3000 })
    expect(await losses(id)).toEqual(await losses(whole.id))
  })

  it('where the checkpoints are gone refuses, keeps everything, and begins again only if told to', async () => {
    const id = await stoppedRun('gone')
    const before = await show(id)
    rmSync(join(folder.data, 'checkpoints', id), { recursive: true })
    const refused = await anneal(['resume', id, ...here])
    expect([refused.code, refused.out]).toEqual([2, ''])
    expect(refused.err).toMatch(/checkpoints are gone.*--from-start/s)
    expect(await show(id)).toEqual(before)
    expect((await anneal(['resume', id, '--from-start', ...here])).err).toMatch(
      /goes on from update 0; \S+ updates after/,
    )
    expect(await losses(id)).toEqual(await losses(whole.id))
  })

  it.each([
    ['a finished run', () => whole.id, 1, /is finished: it has no updates left/],
    ['a run that is not there', () => 'nobody00', 2, /No run is called nobody00/],
  ] as [string, () => string, number, RegExp][])('refuses %s', async (_, id, code, words) => {
    const ended = await anneal(['resume', id(), ...here])
    expect([ended.code, ended.out]).toEqual([code, ''])
    expect(ended.err).toMatch(words)
  })
})
