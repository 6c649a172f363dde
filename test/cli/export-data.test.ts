import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BestSettings } from '../../src/core/domain/compare/best-settings'
import type { RunRow } from '../../src/core/domain/run'
import { anneal, jsonOf, temporaryFolder, TINY } from './anneal'

const folder = temporaryFolder()
const here = ['--data', folder.data]
let runs: RunRow[]

const json = async <T>(...args: string[]) => jsonOf<T>(await anneal([...args, '--json', ...here]))
const parquet = async (file: string) => {
  const bytes = readFileSync(file)
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  return { rows: await parquetReadObjects({ file: buffer }), metadata: parquetMetadata(buffer) }
}

beforeAll(async () => {
  const seeds = [folder.write('tiny.json', TINY), '--seeds', '1,2']
  const slow = [folder.write('tiny.json', TINY), '--set', 'schedule.maxLr=0.0001', '--name', 'slow']
  runs = [...(await json<RunRow[]>('run', ...seeds)), ...(await json<RunRow[]>('run', ...slow))]
})
afterAll(() => folder.remove())

describe('a recipe as YAML', () => {
  it('trains the same numbers again', async () => {
    const file = join(folder.path, 'recipe.yaml')
    expect((await anneal(['export', runs[0]!.id, '--format', 'yaml', '--out', file, ...here])).code).toBe(0)
    const [again] = await json<[RunRow]>('run', file)
    const losses = async (run: string) => (await json<{ values: number[] }>('series', run, 'train/loss')).values
    expect(await losses(again.id)).toEqual(await losses(runs[0]!.id))
    await json('delete', again.id, '--yes')
  })

  it.each([
    ['broken.yaml', 'name: [1,\nschedule: }', /broken\.yaml is not plain YAML: line \d+, column \d+: /],
    ['tag.yml', 'name: !!js/function x', /tag\.yml is not plain YAML: line 1, column 7: Unresolved tag/],
    [
      'bomb.yaml',
      `a: &a [x, x]\n${[...'bcdefghij'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghij'[i]}`)}]`).join('\n')}`,
      /bomb\.yaml is not plain YAML: Excessive alias count/,
    ],
  ])('%s: says what is wrong and makes nothing', async (name, text, message) => {
    const data = join(folder.path, 'none')
    const { code, out, err } = await anneal(['run', folder.write(name, text), '--data', data])
    expect({ code, out, made: existsSync(data) }).toEqual({ code: 2, out: '', made: false })
    expect(err).toMatch(message)
  })
})

describe('points', () => {
  it('of several runs as Parquet, a row a point, the values of `series`', async () => {
    const file = join(folder.path, 'points.parquet')
    const args = ['--format', 'parquet', '--shape', 'long', '--metrics', 'train/loss,lr', '--out', file]
    await json('export', runs[0]!.id, runs[1]!.id, ...args)
    const { rows, metadata } = await parquet(file)
    expect(rows).toHaveLength(2 * 2 * 30)
    for (const { id } of runs.slice(0, 2)) {
      const { values } = await json<{ values: number[] }>('series', id, 'train/loss')
      const own = rows.filter(({ run, metric }) => run === id && metric === 'train/loss')
      expect(own.map(({ value }) => value)).toEqual(values)
    }
    const told = metadata.key_value_metadata!.find(({ key }) => key === 'anneal.runs')!
    expect(JSON.parse(told.value!)).toMatchObject([{ id: runs[0]!.id, spec: { seed: 1 } }, { id: runs[1]!.id }])
  })

  it.each([
    [['--format', 'parquet'], /--format parquet needs --out FILE: it is not text/],
    [['--format', 'csv', '--shape', 'tall'], /--shape must be wide or long, got "tall"/],
    [['--format', 'csv', '--metrics', 'nope'], /None of the runs has nope\. They have: train\/loss/],
  ])('%j is refused', async (args, message) => {
    const { code, out, err } = await anneal(['export', runs[0]!.id, ...args, ...here])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
  })
})

describe('the table of runs', () => {
  it('as CSV on standard output, filtered and sorted', async () => {
    const { out } = await anneal(['runs', '--filter', 'seed = 1', '--sort', '-peakLr', '--format', 'csv', ...here])
    const lines = out.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^id,name,group,status,/)
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual([runs[0]!.id, runs[2]!.id])
  })

  it('as Parquet in a file', async () => {
    const file = join(folder.path, 'runs.parquet')
    await json('runs', '--format', 'parquet', '--out', file)
    const { rows } = await parquet(file)
    expect(rows.map(({ id, seed }) => [id, Number(seed)])).toEqual(
      runs.toReversed().map(({ id, spec }) => [id, spec.seed]),
    )
  })
})

describe('best', () => {
  it('folds seeds, and cannot tell against a single one', async () => {
    const best = await json<BestSettings>('best')
    expect(best.ranking.map(({ runs: folded }) => folded.length)).toEqual([2, 1])
    expect(best).toMatchObject({ verdict: 'one seed', winner: { n: 2, seeds: [2, 1] } })
    const { out } = await anneal(['best', '--limit', '1', ...here])
    expect(out).toMatch(/^ *# +settings/)
    expect(out).toContain('(1 more; --limit shows them)')
    expect(out).toContain(`${best.sentence}.`)
  })
  it('says what is wrong with a filter', async () => {
    const { code, err } = await anneal(['best', '--filter', 'schedle = x', ...here])
    expect(code).toBe(2)
    expect(err).toContain('did you mean schedule?')
  })
})
