import { describe, expect, it } from 'vitest'
import { exportCode } from '../../../src/core/domain/export/export-code'
import { createSchedule } from '../../../src/core/domain/schedules/registry'
import recorded from '../../fixtures/schedules.vectors.json'
import { CASES, type ExportCase, MEASURED } from './cases'
import { LIBRARY_SCHEDULES, type LibrarySchedule } from './library-schedules'
import { callIn } from './read-code'

interface Vector {
  id: string
  schedule: string
  convention: string
  what: string
  params: Record<string, unknown> & { metrics?: (number | null)[] }
  steps: number[]
  values: number[]
  note: string
}

const VECTORS = (recorded as unknown as Vector[]).filter(
  ({ schedule, convention, note }) =>
    !note.startsWith('QUIRK') &&
    Object.hasOwn(LIBRARY_SCHEDULES, convention) &&
    Object.hasOwn(LIBRARY_SCHEDULES[convention as 'pytorch'], schedule),
)

describe('the schedules of the libraries, as these tests know them', () => {
  it.each(VECTORS)('$convention $schedule gives the values recorded as $id', (vector) => {
    const { schedule, convention, what, params, steps, values } = vector
    const known = LIBRARY_SCHEDULES[convention as 'pytorch'][schedule]!(params)
    const got = params.metrics
      ? params.metrics.map((value) => {
          known.step!(value ?? NaN)
          return known.lr(0)
        })
      : steps.map((t) => (what === 'momentum' ? known.momentum!(t) : known.lr(t)))
    const scale = 0.001 * Math.max(...values.map(Math.abs))
    const excess = values.map((b, i) => Math.abs(got[i]! - b) / (1e-9 * (Math.abs(b) + scale)))
    expect(Math.max(...excess)).toBeLessThanOrEqual(1)
  })

  it('are all that a vector was recorded of', () => {
    const checked = new Set(VECTORS.map(({ convention, schedule }) => `${convention} ${schedule}`))
    const known = Object.entries(LIBRARY_SCHEDULES).flatMap(([library, all]) =>
      Object.keys(all).map((name) => `${library} ${name}`),
    )
    expect([...checked].sort()).toEqual(known.sort())
  })
})

/** The class that a snippet calls, evaluated with the arguments that stand in it; null where it calls none. */
function calledBy(code: string, library: 'pytorch' | 'keras'): LibrarySchedule | null {
  const prefix = library === 'pytorch' ? 'torch.optim.lr_scheduler.' : 'keras\\.(?:optimizers\\.schedules|callbacks)\\.'
  const called = new RegExp(`(${prefix})(\\w+)\\(\\n?\\s*\\S`).exec(code)
  if (!called) return null
  const [, at, name] = called
  const optimizer =
    library === 'pytorch' ? callIn(code, /torch\.optim\.\w+(?=\(groups)/.exec(code)![0]) : { lr: rateOf(code) }
  const given = callIn(code, `${at}${name}`, 'initial_learning_rate')
  return LIBRARY_SCHEDULES[library][name!]!({ ...given, lr: optimizer.lr })
}

const rateOf = (code: string): number => Number(/learning_rate=([\d.e-]+)/.exec(code)?.[1])

/** Rates and momenta of every update, where the plateau hears MEASURED. */
function played({ subject: { spec, steps } }: ExportCase, library: LibrarySchedule) {
  const ours = createSchedule(spec.schedule, steps)
  const metric = ours.feedback?.metrics[0]
  const every = metric === 'train/loss' ? 1 : spec.evaluate!.everySteps
  const rows: { t: number; lr: [number, number]; momentum: [number, number] | null }[] = []
  for (let t = 0; t < steps; t++) {
    rows.push({
      t,
      lr: [library.lr(t), ours.lr(t)],
      momentum: ours.momentum && [library.momentum!(t), ours.momentum(t)],
    })
    if (metric && (t + 1) % every === 0) {
      const value = MEASURED[Math.min((t + 1) / every, MEASURED.length) - 1]!
      library.step!(value)
      ours.feedback!.observe(metric, value, t)
    }
  }
  return rows
}

const off = ([got, wanted]: [number, number]) => Math.abs(got - wanted) / Math.max(Math.abs(wanted), 1e-12)

describe.each(['pytorch', 'keras'] as const)('code for %s that calls a class of the library', (library) => {
  const cases = CASES.map((each) => ({ ...each, ...exportCode(each.subject, library) })).filter(
    ({ how, subject }) => how === 'library' && subject.spec.schedule.kind !== 'constant',
  )
  it.each(cases)('$id: has our rate and momentum at every update', (each) => {
    const called = calledBy(each.code, library)!
    const rows = played(each, called)
    expect(Math.max(...rows.map(({ lr }) => off(lr)))).toBeLessThanOrEqual(1e-6)
    expect(Math.max(0, ...rows.map(({ momentum }) => (momentum ? off(momentum) : 0)))).toBeLessThanOrEqual(1e-6)
    if (each.subject.spec.schedule.kind === 'plateau')
      expect(new Set(rows.map(({ lr }) => lr[0])).size).toBeGreaterThan(2)
  })
  it('is there for many a family', () => {
    expect(new Set(cases.map(({ subject }) => subject.spec.schedule.kind)).size).toBeGreaterThanOrEqual(8)
  })
})
