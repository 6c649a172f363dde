import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CODE_FORMATS } from '../../src/core/domain/export/export-code'
import type { RunRow } from '../../src/core/domain/run'
import { anneal, jsonOf, temporaryFolder, TINY } from './anneal'

const folder = temporaryFolder()
const here = ['--data', folder.data]
let run: RunRow

beforeAll(async () => {
  const name = 'evil"""\nimport os #'
  ;[run] = jsonOf<[RunRow]>(await anneal(['run', folder.write('tiny.json', { ...TINY, name }), '--json', ...here]))
})
afterAll(() => folder.remove())

describe('code to take home', () => {
  it.each(CODE_FORMATS)('%s: says what the run came to and has its schedule', async (format) => {
    const { code, out } = await anneal(['export', run.id, '--format', format, ...here])
    expect(code).toBe(0)
    expect(out).toContain(`${run.id}: finished, 30 of 30 updates.`)
    expect(out).toContain(`validation/accuracy ${run.metrics['validation/accuracy']!.max} (after update`)
    expect(out).toMatch(/0\.2\b/)
    expect(out).toMatch(/(def|async function) train\(/)
  })

  it('keeps a hostile name in the comment', async () => {
    const { out } = await anneal(['export', run.id, '--format', 'pytorch', ...here])
    expect(out).toContain(String.raw`# Run: "evil\"\"\"\nimport os #"`)
    expect(out).not.toMatch(/^import os/m)
  })

  it('writes a file once, and tells a program where', async () => {
    const file = join(folder.path, 'train.py')
    const args = ['export', run.id, '--format', 'keras', '--out', file, ...here]
    expect(jsonOf(await anneal([...args, '--json']))).toMatchObject({ run: run.id, format: 'keras', file })
    expect(readFileSync(file, 'utf8')).toMatch(/^# Settings of one training run for Keras, written by Anneal\.\n#\n/)
    expect((await anneal(args)).code).toBe(2)
    expect((await anneal([...args, '--force'])).code).toBe(0)
  })

  it('does not take code for JSON', async () => {
    const { code, out, err } = await anneal(['export', run.id, '--format', 'tfjs', '--json', ...here])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('--json with --format tfjs needs --out FILE: it is not JSON')
  })
})

describe('a range test', () => {
  it('has no schedule to take home, which is said', async () => {
    const spec = { ...TINY, name: 'swept', rangeTest: { steps: 20, repeats: 1 } }
    const [test] = jsonOf<[RunRow]>(await anneal(['run', folder.write('swept.json', spec), '--json', ...here]))
    const { code, out, err } = await anneal(['export', test.id, '--format', 'fastai', ...here])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('A range test sweeps the rate and follows no schedule: there is no fastai code for it')
    expect((await anneal(['export', test.id, '--format', 'recipe', ...here])).code).toBe(0)
  })
})
