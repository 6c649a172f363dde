import { describe, expect, it } from 'vitest'
import { setValues } from '../../src/cli/set-values'
import { scheduleCommand } from '../../src/cli/commands/schedule'
import { createSchedule, FAMILIES } from '../../src/core/domain/schedules/registry'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { createTestIo } from './test-io'

async function schedule(spec: unknown, steps: number, { json = false } = {}): Promise<string> {
  const { io, written } = createTestIo({ terminal: 80, stdin: JSON.stringify(spec) })
  const code = await scheduleCommand.run({
    words: ['-'],
    options: { steps: String(steps), log: false },
    data: '',
    json,
    io,
  })
  expect({ code, err: written.err }).toEqual({ code: 0, err: '' })
  return written.out
}

const families = FAMILIES.map((family) => [family.kind, family.defaults(0.3, 200)] as const)

describe('anneal schedule', () => {
  it.each(families)('gives rate and momentum of each update of %s as JSON', async (_kind, spec) => {
    const { lr, momentum } = JSON.parse(await schedule(spec, 200, { json: true })) as Record<string, number[] | null>
    const ours = createSchedule(spec, 200)
    expect(lr).toEqual(Array.from({ length: 200 }, (_, t) => ours.lr(t)))
    expect(momentum).toEqual(ours.momentum && Array.from({ length: 200 }, (_, t) => ours.momentum!(t)))
  })

  it.each(families)('describes, draws and sums up %s within 80 columns, without a note', async (_kind, spec) => {
    const out = await schedule(spec, 200)
    expect(out).toMatch(/[\u2801-\u28ff]/)
    expect(out).toMatch(/phases {4}\S.* 0 to \d/)
    expect(out).toMatch(/greatest 0\.300 at update \d+/)
    expect(out).toMatch(/sum of all \d/)
    expect(out).not.toMatch(/^Note/m)
    const plot = out.split('\n').filter((line) => /[┤│└]/.test(line))
    expect(Math.max(...plot.map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('notes what may not be meant, with the field that it is about', async () => {
    const out = await schedule({ kind: 'one-cycle', maxLr: 0.4, steps: 2000 }, 1000)
    expect(out).toMatch(/Note: The schedule takes 2000 updates, the run has 1000: it is cut short.*\(steps\)/)
  })

  it('says what a plateau depends on and draws it without cuts', async () => {
    const out = await schedule({ kind: 'plateau', lr: 0.1 }, 100)
    expect(out).toContain('Its rates depend on validation/loss as the run goes: drawn are those without a cut.')
    expect(out).toMatch(/first 0\.100, greatest 0\.100 at update 0, last 0\.100/)
  })

  it('names as many phases as people read, and counts the rest', async () => {
    const out = await schedule({ kind: 'step', lr: 1, everySteps: 10, gamma: 0.9 }, 1000)
    expect(out).toMatch(/phases {4}1\.00 0 to 9, 0\.900 10 to 19, .* and 88 more\n/)
  })
})

describe('--set', () => {
  const base = {
    dataset: { kind: 'spirals' },
    model: { preset: 'mlp' },
    schedule: { kind: 'cosine', lr: 0.1 },
    budget: { steps: 100 },
  }
  it('puts a warm-up in front of a schedule that has none', () => {
    expect(parseRunSpec(setValues(base, ['schedule.warmup.steps=10'])).schedule).toMatchObject({
      kind: 'cosine',
      warmup: { steps: 10, from: 0, shape: 'linear', convention: 'anneal' },
    })
  })
  it('reaches into lists', () => {
    const parts = [{ steps: 50, schedule: { kind: 'constant', lr: 1 } }]
    const spec = setValues({ ...base, schedule: { kind: 'sequence', parts } }, ['schedule.parts.0.schedule.lr=0.5'])
    expect(parseRunSpec(spec).schedule).toMatchObject({ parts: [{ schedule: { lr: 0.5 } }] })
  })
  it.each([
    ['schedule.warmup.step=10', /schedule\.warmup\.step is not a known field \(did you mean steps\?\)/],
    ['schedule.warmpu.steps=10', /schedule\.warmpu is not a known field \(did you mean warmup\?\)/],
    ['schedule.kind=cosin', /schedule\.kind must be one of .*got "cosin" \(did you mean cosine\?\)/],
  ])('%s is refused with the nearest name', (assignment, message) => {
    expect(() => parseRunSpec(setValues(base, [assignment]))).toThrow(message)
  })
})
