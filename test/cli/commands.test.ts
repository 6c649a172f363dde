import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ReachedGoal } from '../../src/cli/compare-targets'
import type { Comparison } from '../../src/core/domain/compare/compare'
import { createSchedule } from '../../src/core/domain/schedules/registry'
import type { RunRow } from '../../src/core/domain/run'
import { anneal, jsonOf, temporaryFolder, TINY } from './anneal'

const folder = temporaryFolder()
afterAll(folder.remove)
const here = ['--data', folder.data]
const json = async <T>(...args: string[]) => jsonOf<T>(await anneal([...args, ...here, '--json']))

let one: RunRow
let two: RunRow
beforeAll(async () => {
  const spec = folder.write('spec.json', TINY)
  ;[one] = await json<[RunRow]>('run', spec)
  ;[two] = await json<[RunRow]>('run', spec, '--set', 'schedule.maxLr=0.05', '--name', 'gentle, "slow"')
})

describe('anneal run', () => {
  it('trains to the end and gives the run as it ended', () => {
    expect(one).toMatchObject({ name: 'tiny', status: 'finished', steps: 30, totalSteps: 30, reason: null })
    expect(one.metrics['train/loss']).toMatchObject({ count: 30, lastStep: 29, nonFinite: 0 })
    expect(two).toMatchObject({ name: 'gentle, "slow"', peakLr: 0.05 })
  })
  it('says on plain lines how it goes, with a summary, and nothing on standard output', async () => {
    const { code, out, err } = await anneal(['run', '-', ...here], {
      input: JSON.stringify({ ...TINY, name: 'piped' }),
    })
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toMatch(
      /piped \(\w{8}\): finished {2}30 of 30 updates in .+ best val acc \d+\.\d\d % at \d+ {2}last loss \d/,
    )
  })
  it('trains one run for each seed', async () => {
    const rows = await json<RunRow[]>(
      'run',
      folder.write('seeds.json', TINY),
      '--seeds',
      '5,6',
      '--set',
      'budget.steps=3',
    )
    expect(rows.map((row) => [row.spec.seed, row.status, row.steps])).toEqual([
      [5, 'finished', 3],
      [6, 'finished', 3],
    ])
  })
  it('takes a diverged run for a result: status 0, its step, everything before kept', async () => {
    const spec = folder.write('wild.json', {
      ...TINY,
      schedule: { kind: 'constant', lr: 1e4 },
      loss: 'mean-squared-error',
    })
    const { code, out, err } = await anneal(['run', spec, ...here, '--json'])
    expect(code).toBe(0)
    const [row] = JSON.parse(out) as [RunRow]
    expect(row.status).toBe('diverged')
    expect(err).toContain(`Run ${row.id} diverged at step ${row.divergedAt}: its loss or gradient is no longer finite.`)
    const { steps, values } = await json<{ steps: number[]; values: unknown[] }>('series', row.id, 'train/loss')
    expect(steps).toEqual(Array.from({ length: row.divergedAt! + 1 }, (_, t) => t))
    const norms = await json<{ values: unknown[] }>('series', row.id, 'grad/norm')
    // The words of what JSON has no numbers for.
    expect([values.at(-1), norms.values.at(-1)].some((value) => typeof value === 'string')).toBe(true)
  })
  it('prints notices before it trains', async () => {
    const spec = folder.write('note.json', { ...TINY, budget: { steps: 2 }, threads: 2 })
    expect((await anneal(['run', spec, ...here])).err).toMatch(/Note: threads 2 is not used: the cpu engine/)
  })
})

describe('looking at runs', () => {
  it('gives exact points, all or a stretch', async () => {
    const lr = await json<{ steps: number[]; values: number[] }>('series', one.id, 'lr')
    const schedule = createSchedule(one.spec.schedule, 30)
    expect(lr.steps).toEqual(Array.from({ length: 30 }, (_, t) => t))
    expect(lr.values).toEqual(lr.steps.map((t) => schedule.lr(t)))
    const part = await json<{ steps: number[] }>(
      'series',
      'tiny',
      'validation/accuracy',
      '--from',
      '5',
      '--to',
      '25',
    ).catch((e) => e)
    expect(part).toBeInstanceOf(Error)
    const stretch = await json<{ steps: number[] }>('series', one.id, 'lr', '--from', '5', '--to', '7')
    expect(stretch.steps).toEqual([5, 6, 7])
    const { out } = await anneal(['series', one.id, 'lr', '--from', '5', '--to', '5', ...here])
    expect(out).toBe(`5\t${schedule.lr(5)}\n`)
  })
  it('finds a run by the beginning of its id and by its name', async () => {
    expect((await json<RunRow>('show', one.id.slice(0, 7))).id).toBe(one.id)
    expect((await json<RunRow>('show', 'gentle, "slow"')).id).toBe(two.id)
    const { out } = await anneal(['show', one.id, ...here])
    expect(out).toMatch(/schedule +1cycle: 0\.00800 up to 0\.200/)
    expect(out).toMatch(/train\/loss +30 +\d/)
  })
  it('lists, filters, sorts and limits', async () => {
    const names = async (...args: string[]) => (await json<RunRow[]>('runs', ...args)).map(({ name }) => name)
    expect(await names('--filter', 'name ~ "gentle"')).toEqual(['gentle, "slow"'])
    const rates = (await json<RunRow[]>('runs', '--sort', '-lr')).map((row) => row.peakLr)
    expect(rates).toEqual([...rates].sort((a, b) => b - a))
    expect(await names('--limit', '1')).toHaveLength(1)
    const { out, err } = await anneal(['runs', '--filter', 'name = tiny', '--limit', '1', ...here])
    expect(out).toMatch(/^id +name +status +schedule +peak lr/)
    expect(err).toMatch(/1 of \d+ runs/)
  })
  it('says when each run reached a target, and never where one did not', async () => {
    type Series = { steps: number[]; values: number[] }
    // One after the other: a workspace has one process at a time.
    const series = [
      await json<Series>('series', one.id, 'train/loss'),
      await json<Series>('series', two.id, 'train/loss'),
    ]
    // Between the two least losses: the better run reaches it, the other one never does.
    const [least, other] = series.map(({ values }) => Math.min(...values)).sort((a, b) => a - b)
    const value = (least! + other!) / 2
    const first = series.map(({ steps, values }) => steps[values.findIndex((loss) => loss <= value)] ?? null)
    expect(first.filter((step) => step === null)).toHaveLength(1)
    const target = ['--target', `train/loss=${value}`, '--target', 'train/loss>=1e9']
    const { targets } = await json<{ targets: ReachedGoal[] }>('compare', one.id, two.id, ...target)
    expect(targets.map(({ metric, atLeast }) => [metric, atLeast])).toEqual([
      ['train/loss', false],
      ['train/loss', true],
    ])
    expect(targets[0]!.runs.map(({ run, step }) => [run, step])).toEqual([
      [one.id, first[0]],
      [two.id, first[1]],
    ])
    expect(targets[1]!.runs.map(({ step, ms }) => [step, ms])).toEqual([
      [null, null],
      [null, null],
    ])
    const { out } = await anneal(['compare', one.id, two.id, ...target, ...here])
    expect(out).toMatch(/steps to train\/loss ≤ \S+ .*never/)
    expect(out).toMatch(/time to train\/loss ≥ 1000000000 +never +never/)
  })
  it.each([
    ['97 %', /--target must be METRIC=VALUE/],
    ['train/loss', /got "train\/loss"/],
    ['train/loss=soon', /got "train\/loss=soon"/],
    ['train/loss=97%', /got "train\/loss=97%"/],
    [
      'train/los=0.1',
      /None of these runs has recorded train\/los \(did you mean train\/loss\?\)\. They have: train\/loss/,
    ],
  ])('refuses the target %s', async (target, message) => {
    const { code, out, err } = await anneal(['compare', one.id, two.id, '--target', target, ...here, '--json'])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
  })
  it('compares only what differs, then the results', async () => {
    const comparison = await json<Comparison>('compare', one.id, two.id)
    expect(comparison.runs.map(({ id }) => id)).toEqual([one.id, two.id])
    const { out } = await anneal(['compare', one.id, two.id, ...here])
    expect(out).toMatch(/schedule\.maxLr +0\.200 +0\.0500/)
    expect(out).not.toMatch(/optimizer\.momentum/)
  })
})

describe('taking home', () => {
  it('writes a recipe that trains the same numbers again', async () => {
    const file = join(folder.path, 'recipe.json')
    expect((await anneal(['export', one.id, '--format', 'recipe', '--out', file, ...here])).code).toBe(0)
    const [again] = await json<[RunRow]>('run', file)
    expect(again.spec).toMatchObject({ schedule: one.spec.schedule, seed: one.spec.seed, budget: one.spec.budget })
    const losses = async (run: string) => (await json<{ values: number[] }>('series', run, 'train/loss')).values
    expect(await losses(again.id)).toEqual(await losses(one.id))
  })
  it('writes CSV with a row a step and the values of `series`', async () => {
    const { out } = await anneal(['export', one.id, '--format', 'csv', ...here])
    const [head, ...rows] = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','))
    expect(rows).toHaveLength(30)
    const { values } = await json<{ values: number[] }>('series', one.id, 'train/loss')
    expect(rows.map((row) => Number(row[head!.indexOf('train/loss')]))).toEqual(values)
    expect(rows.filter((row) => row[head!.indexOf('update/ratio')] !== '')).toHaveLength(3)
  })
  it('does not write over a file unless told to, and leaves no temporary file', async () => {
    const file = folder.write('mine.csv', 'precious')
    const refused = await anneal(['export', one.id, '--format', 'csv', '--out', file, ...here])
    expect(refused.code).toBe(2)
    expect(refused.err).toMatch(/mine\.csv exists already; nothing was written[\s\S]*--force/)
    expect(readFileSync(file, 'utf8')).toBe('precious')
    await json('export', one.id, '--format', 'csv', '--out', file, '--force')
    expect(readFileSync(file, 'utf8')).toMatch(/^step,/)
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('changing runs', () => {
  it('adds and takes tags', async () => {
    await json('tag', one.id, '+good', '+draft')
    expect((await json<RunRow>('tag', one.id, '-draft', '+new')).tags).toEqual(['good', 'new'])
    const refused = await anneal(['tag', one.id, '-nope', ...here])
    expect(refused).toMatchObject({
      code: 2,
      err: expect.stringContaining('The run has no tag "nope"; it has good, new'),
    })
  })
  it('deletes for good, but not unasked', async () => {
    const [row] = await json<[RunRow]>(
      'run',
      folder.write('gone.json', { ...TINY, name: 'gone', budget: { steps: 2 } }),
    )
    const refused = await anneal(['delete', row.id, ...here])
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('needs --yes') })
    expect((await json<RunRow>('show', row.id)).name).toBe('gone')
    expect(await json('delete', row.id, '--yes')).toEqual({ deleted: [row.id] })
    expect((await anneal(['show', row.id, ...here])).code).toBe(2)
  })
})

describe('without a workspace', () => {
  it('samples a schedule', async () => {
    const spec = { kind: 'one-cycle', maxLr: 0.4 }
    const { lr, momentum } = await json<{ lr: number[]; momentum: number[] }>(
      'schedule',
      JSON.stringify(spec),
      '--steps',
      '50',
    )
    expect([lr.length, momentum.length, Math.max(...lr)]).toEqual([50, 50, 0.4])
    const flat = await json<{ momentum: null }>('schedule', '{"kind":"constant","lr":1}', '--steps', '2')
    expect(flat).toEqual({ lr: [1, 1], momentum: null })
    const drawn = await anneal(['schedule', folder.write('s.json', spec), '--steps', '50', '--log'])
    expect(drawn.out).toMatch(/^1cycle: 0\.0160 up to 0\.400 over 15 updates/)
    expect(drawn.out).toMatch(/[\u2801-\u28ff]/)
  })
  it('says so where there is none, and makes none', async () => {
    const nowhere = join(folder.path, 'nowhere')
    for (const args of [
      ['runs'],
      ['show', 'x'],
      ['series', 'x', 'lr'],
      ['compare', 'x', 'y'],
      ['tag', 'x', '+a'],
      ['delete', 'x', '--yes'],
      ['export', 'x', '--format', 'recipe'],
    ]) {
      const { code, out, err } = await anneal([...args, '--data', nowhere, '--json'])
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toContain(`Error: There is no workspace in ${nowhere}`)
    }
    expect(existsSync(nowhere)).toBe(false)
  })
  it('lists no runs of an empty folder without making anything there', async () => {
    const empty = join(folder.path, 'empty')
    mkdirSync(empty)
    expect(jsonOf(await anneal(['runs', '--data', empty, '--json']))).toEqual([])
    expect(readdirSync(empty)).toEqual([])
  })
  it('has a doctor that finds all that is needed and makes nothing', async () => {
    const nowhere = join(folder.path, 'nowhere')
    const report = jsonOf<{ ok: boolean; checks: { name: string; status: string }[] }>(
      await anneal(['doctor', '--data', nowhere, '--json']),
    )
    expect(report.ok).toBe(true)
    expect(report.checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['node', 'folder', 'database', 'engine', 'trainer', 'browser']),
    )
    expect(existsSync(nowhere)).toBe(false)
    expect((await anneal(['doctor', ...here])).out).toMatch(/ok +database +sound, version \d+: \d+ runs/)
  })
})
