import { existsSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { confirmText, rangeTestText, sweptText, trainCommand } from '../../src/cli/range-test-text'
import type { RangeAnalysis } from '../../src/core/domain/range-test/types'
import type { RunRow } from '../../src/core/domain/run'
import { createRng, type Rng } from '../../src/core/domain/rng'
import { runRow, summaryOf } from '../domain/rows'
import { anneal, jsonOf, startAnneal, temporaryFolder, TINY } from './anneal'

const sweep = { from: 1e-6, to: 10, steps: 300, repeats: 3, growth: 'exponential' } as const
const lr = Float64Array.from({ length: 200 }, (_, i) => 1e-6 * 1e7 ** (i / 199))
const loss = lr.map((x) => 0.5 + 1.8 / (1 + (x / 0.01) ** 2) + (x / 0.4) ** 3)

const analysis: RangeAnalysis = {
  lr,
  loss,
  low: loss,
  high: loss,
  slope: loss,
  suggestions: [
    { rule: 'article', lr: 0.0275, repeats: [0.02, 0.03, 0.04] },
    { rule: 'minimum', lr: 0.0942, repeats: [0.09, null, 0.1] },
    { rule: 'steepest', lr: null, repeats: [null, null, null] },
  ],
  max: 0.0275,
  min: 0.00275,
  constant: 0.00942,
  minimumAt: 0.0942,
  noise: 0.01,
  drop: 180,
  divergedAt: [1, 1, 1],
  spread: 0.3,
  confidence: 'high',
  reason: 'The repeats agree within 0.30 decades.',
  refusal: null,
}

describe('the text of a range test', () => {
  it('shows the curve over its rates, each rule with its spread, and the confidence with its reason', () => {
    const text = rangeTestText(analysis, sweep, 80)
    const lines = text.split('\n')
    expect(lines[0]).toBe('loss over learning rate (log), smoothed')
    expect(lines.find((line) => /^ +1e-6 +10\.0$/.test(line))).toBeDefined()
    expect(lines.find((line) => /^rule +rate +repeats alone +decades apart$/.test(line))).toBeDefined()
    expect(text).toMatch(/^article +0\.0275 +0\.0200 to 0\.0400 +0\.30$/m)
    expect(text).toMatch(/^minimum +0\.0942 +0\.0900 to 0\.100 \(none in 1\) +0\.05$/m)
    expect(text).toMatch(/^steepest +– +– +–$/m)
    expect(text).toMatch(/^maximum +0\.0275 /m)
    expect(text).toContain('Confidence high. The repeats agree within 0.30 decades.')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('gives no number where the test is refused: it says why', () => {
    const refused = { ...analysis, max: null, min: null, constant: null, refusal: 'flat', confidence: 'none' } as const
    const text = rangeTestText({ ...refused, reason: 'It never falls.' }, sweep, 80)
    expect(text).toContain('No rate is suggested (flat). It never falls.')
    expect(text).not.toMatch(/^maximum/m)
  })

  it('says what was swept', () => {
    expect(sweptText(sweep)).toBe('3 exponential sweeps from 1e-6 to 10.0 in 300 updates')
    expect(sweptText({ ...sweep, repeats: 1 })).toMatch(/^1 exponential sweep from/)
  })

  it('gives a command that trains with it, for any shell', () => {
    expect(trainCommand('my spec.json', { budget: {} }, ['batchSize=32'], 0.027456)).toBe(
      `anneal run 'my spec.json' --set batchSize=32 --set 'schedule={"kind":"one-cycle","maxLr":0.0275}'`,
    )
    expect(trainCommand('s.json', {}, [], 1)).toContain('--set budget.epochs=5 ')
  })

  it('names the best of the runs that confirm it, never one that diverged', () => {
    const run = (id: string, peakLr: number, loss: number, divergedAt: number | null = null) =>
      runRow({
        id,
        peakLr,
        divergedAt,
        status: divergedAt === null ? 'finished' : 'diverged',
        metrics: { 'validation/loss': summaryOf(loss) },
      })
    const text = confirmText([run('a', 0.01, 0.5), run('b', 0.03, 0.4), run('c', 0.09, 0.1, 17)], 80)
    expect(text).toMatch(/^ *0\.0900 +c +diverged at 17 +–$/m)
    expect(text).toContain('Of these 0.0300 is best: validation/loss 0.4000 (plain, b)')
    expect(confirmText([run('c', 0.09, 0.1, 17)], 80)).toContain('None of these has a finite loss')
  })
})

const folder = temporaryFolder()
afterAll(folder.remove)

/** What a run is, without what a range test has no use for. */
const { schedule: _, budget: __, ...PLAIN } = TINY
const QUICK = ['--steps', '100', '--repeats', '2']
type Printed = Omit<RangeAnalysis, 'lr'> & {
  run: string
  status: string
  restored: boolean | null
  evaluationLoss: number | null
  confirm: RunRow[] | null
}

describe('anneal range-test', () => {
  it('records a run that leaves no trace and prints what every rule says of it, as one JSON value', async () => {
    const data = `${folder.path}/json`
    const ended = await anneal(['range-test', folder.write('a.json', PLAIN), ...QUICK, '--data', data, '--json'])
    const { run, status, restored, evaluationLoss, ...said } = jsonOf<Printed>(ended)
    expect({ status, restored }).toEqual({ status: 'finished', restored: true })
    expect(evaluationLoss).toBeGreaterThan(0)
    expect(said.suggestions.map(({ rule }) => rule)).toEqual(['article', 'minimum', 'steepest', 'valley', 'slide'])
    for (const { repeats } of said.suggestions) expect(repeats).toHaveLength(2)
    expect(said.confidence).toMatch(/^(high|medium|low|none)$/)
    expect(said.reason.length).toBeGreaterThan(10)
    expect(said.confirm).toBeNull()

    const listed = await anneal(['runs', '--filter', 'type = range-test', '--data', data, '--json'])
    expect(JSON.stringify(jsonOf(listed))).toContain(run)
    const csv = await anneal(['export', run, '--format', 'csv', '--data', data])
    expect(csv.code).toBe(0)
    expect(csv.out).toContain('restore/difference')
  })

  it('shows live progress, the curve, the rules, and how to train with it; confirms where asked to', async () => {
    const data = `${folder.path}/text`
    const spec = folder.write('b.json', { ...PLAIN, name: 'mine' })
    const { code, out, err } = await anneal(['range-test', spec, ...QUICK, '--confirm', '--data', data])
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringMatching(/range test mine: \d+ %/) })
    expect(out).toMatch(/^range test mine \([a-z0-9]+\): 2 exponential sweeps from 1e-6 to 10\.0 in 100 updates$/m)
    expect(out).toMatch(/[\u2801-\u28ff]/)
    expect(out).toMatch(/^article /m)
    const found = /^To train with it: (anneal run .*)$/m.exec(out)
    if (!found) return expect(out).toMatch(/^No rate is suggested .*[^]*There is no maximum to confirm$/m)
    expect(found[1]).toContain('--set budget.epochs=5')
    expect(out).toMatch(/^Of these [\d.e-]+ is best: validation\/loss/m)
    const confirm = await anneal(['runs', '--filter', 'type = confirm', '--data', data, '--json'])
    expect(jsonOf<{ rows: RunRow[] }>(confirm).rows ?? jsonOf(confirm)).toHaveLength(3)
  })

  it.each<[string, string[], (rng: Rng) => string]>([
    ['labels that have nothing to do with the inputs', [], (rng: Rng) => `${rng.normal()},${rng.normal()}`],
    ['inputs that are always the same', [], () => '1,2'],
    ['rates that move nothing', ['--from', '1e-12', '--to', '1e-9'], (rng: Rng) => `${rng.normal()},${rng.normal()}`],
  ])('suggests nothing for %s, and says why: a result, status 0', async (_, args, inputs) => {
    const rng = createRng(3, 'wrong labels')
    const rows = Array.from({ length: 400 }, () => `${inputs(rng)},${'abc'[rng.int(3)]}`)
    folder.write('wrong.csv', ['x,y,label', ...rows].join('\n'))
    const dataset = { kind: 'csv', path: 'wrong.csv', target: 'label' }
    const spec = folder.write('c.json', { ...PLAIN, dataset })
    const data = `${folder.path}/dead`
    const ended = await anneal(['range-test', spec, ...QUICK, ...args, '--data', data, '--json', '--confirm'])
    const { max, min, constant, refusal, reason, confidence, confirm } = jsonOf<Printed>(ended)
    expect({ max, min, constant, confirm }).toEqual({ max: null, min: null, constant: null, confirm: null })
    expect({ confidence, refusal }).toEqual({ confidence: 'none', refusal: expect.stringMatching(/^(flat|noisy)$/) })
    expect(reason).toMatch(/\d (σ|% )/)
  })

  it('says where an epoch has fewer batches than a sweep has updates', async () => {
    const spec = folder.write('d.json', PLAIN)
    const { err } = await anneal([
      'range-test',
      spec,
      '--steps',
      '20',
      '--repeats',
      '1',
      '--data',
      `${folder.path}/few`,
    ])
    expect(err).toContain('An epoch has 10 batches, fewer than the 20 updates of a sweep')
  })

  it('begins again where it was stopped', async () => {
    const data = `${folder.path}/again`
    const spec = folder.write('e.json', PLAIN)
    const { child, says, ended } = startAnneal(['range-test', spec, '--steps', '20000', '--data', data, '--json'])
    await says('err', /[1-9] % /)
    child.kill('SIGINT')
    const { code, out } = await ended
    expect(code).toBe(130)
    const { run, status } = JSON.parse(out) as Printed
    expect(status).toBe('stopped')
    const again = startAnneal(['resume', run, '--data', data])
    expect((await again.says('err', /goes on from update (\d+)/))[1]).toBe('0')
    again.child.kill('SIGINT')
    expect((await again.ended).code).toBe(130)
  })

  it.each<[string, string[], RegExp]>([
    ['an end below the start', ['--from', '1', '--to', '0.1'], /rangeTest.*from must be below to/],
    ['one step', ['--steps', '1'], /rangeTest\.steps must be a whole number from 2 to 100000, got 1/],
    ['no repeat', ['--repeats', '0'], /rangeTest\.repeats must be a whole number from 1 to 20, got 0/],
    ['a negative rate', ['--from=-1'], /rangeTest\.from must be above 0 and at most 10000, got -1/],
    ['a rate that is none', ['--to', 'high'], /--to must be a number, got "high"/],
    [
      'another growth',
      ['--growth', 'exponentiel'],
      /rangeTest\.growth must be one of exponential, linear.*did you mean exponential\?/,
    ],
    [
      'a batch larger than the data',
      ['--set', 'batchSize=301'],
      /batchSize must not be above the 300 training samples/,
    ],
    ['an unknown field of the test', ['--set', 'rangeTest.stepz=5'], /rangeTest\.stepz is not a known field/],
  ])('refuses %s with status 2, before anything is written', async (_, args, message) => {
    const data = `${folder.path}/refused`
    const { code, out, err } = await anneal(['range-test', folder.write('f.json', PLAIN), ...args, '--data', data])
    expect({ code, out, made: existsSync(data) }).toEqual({ code: 2, out: '', made: false })
    expect(err).toMatch(message)
  })
})
