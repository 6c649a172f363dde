import { AppError } from '../../domain/errors'
import { formatRate } from '../../domain/format'
import { METRIC } from '../../domain/metrics'
import { confirmGroup, type RunRow, type RunType, typeOf } from '../../domain/run'
import { MAX_RATE } from '../../domain/spec/fields'
import { parseRunSpec, type RunSpec } from '../../domain/spec/run-spec'
import { sortRuns } from '../../domain/table/order'
import type { RunStore } from '../../storage/types'
import type { HandlerContext, HandlersOf } from './context'
import { overviewOf, rangeTestReader } from './read-range-test'
import { startRuns } from './start-runs'

/** The rates that confirm a maximum. */
const around = (max: number): number[] => [max / 3, max, 3 * max]

export function rangeTestHandlers(core: HandlerContext): HandlersOf<'rangeTests'> {
  const { storage, now } = core
  const read = rangeTestReader(storage.metrics)
  const testOf = (run: string): RunRow => {
    const row = storage.runs.get(run)
    if (!row.spec.rangeTest) throw noRangeTest(row)
    return row
  }
  return {
    'rangeTests.list': () => ({
      tests: ofType(storage.runs, 'range-test').map((run) => {
        const { analysis } = read(run)
        const { max = null, confidence = 'none', refusal = null } = analysis ?? {}
        return { run, max, confidence, refusal, curve: overviewOf(analysis) }
      }),
    }),
    'rangeTests.get': ({ run }) => {
      const row = testOf(run)
      const difference = row.metrics[METRIC.restoreDifference]
      return {
        run: row,
        ...read(row),
        confirm: newestConfirmation(ofType(storage.runs, 'confirm'), run),
        evaluationLoss: row.metrics[METRIC.validationLoss]?.last ?? null,
        restored: difference ? difference.last === 0 : null,
      }
    },
    'rangeTests.confirm': async ({ run, max, steps }) => {
      const row = testOf(run)
      const rate = max ?? read(row).analysis?.max ?? null
      if (rate === null) throw noMaximum(row, read(row).analysis?.reason)
      const rates = around(rate).filter((one) => one <= MAX_RATE)
      const specs = rates.map((maxLr) => confirmSpec(row, maxLr, steps))
      await core.checkTrainable(specs[0]!)
      // Runs of one confirmation are those of one moment.
      const at = now()
      const notices =
        rates.length < around(rate).length
          ? [`No run at ${formatRate(3 * rate)}: rates above ${MAX_RATE} are not trained with`]
          : []
      return { runs: startRuns({ ...core, now: () => at }, specs), notices }
    },
  }
}

/** Newest first. */
const ofType = (runs: RunStore, type: RunType): RunRow[] => sortRuns(runs.all().filter((run) => typeOf(run) === type))

/** The test's run with a short 1cycle in place of the sweeps; the same seed gives the same weights and batches. */
function confirmSpec({ id, spec }: RunRow, maxLr: number, steps: number): RunSpec {
  const { rangeTest: _, ...rest } = spec
  return parseRunSpec({
    ...rest,
    name: `confirm ${formatRate(maxLr)}`,
    group: confirmGroup(id),
    tags: [],
    notes: '',
    schedule: { kind: 'one-cycle', maxLr },
    budget: { steps },
    evaluate: { everySteps: Math.ceil(steps / 4) },
    checkpoint: null,
  })
}

/** @param rows newest first */
function newestConfirmation(rows: readonly RunRow[], test: string): RunRow[] {
  const runs = rows.filter(({ spec }) => spec.group === confirmGroup(test))
  return runs.filter(({ createdAt }) => createdAt === runs[0]!.createdAt).sort((a, b) => a.peakLr - b.peakLr)
}

const noRangeTest = ({ id, name }: RunRow): AppError =>
  new AppError('input.invalid', `Run ${id} (${name}) is no range test`, {
    field: 'run',
    got: id,
    allowed: 'the id of a range test',
  })

const noMaximum = ({ id }: RunRow, reason = 'It has recorded too few updates.'): AppError =>
  new AppError('input.invalid', `Range test ${id} suggests no maximum. ${reason} Give one to confirm it`, {
    field: 'max',
    got: 'nothing',
    allowed: `a rate above 0 and at most ${MAX_RATE}`,
  })
