import { AppError } from '../../core/domain/errors'
import { formatRate } from '../../core/domain/format'
import * as v from 'valibot'
import { createSchedule, describeSchedule, ScheduleSpec } from '../../core/domain/schedules/registry'
import { sampleSchedule } from '../../core/domain/schedules/schedule'
import { problemsOf } from '../../core/domain/spec/problems'
import { specError } from '../../core/domain/spec/run-spec'
import { defineCommand } from '../command'
import { parseJson } from '../json-text'
import { toJson } from '../../core/domain/json'
import { wholeNumber } from '../parse-arguments'
import { renderPlot } from '../plot'
import { readJsonFile } from '../spec-file'

/** More updates than anyone reads as JSON, few enough to hold. */
const MAX_STEPS = 10_000_000
const MAX_PLOT_WIDTH = 100
const PLOT_HEIGHT = 12
const MOMENTUM_HEIGHT = 6

export const scheduleCommand = defineCommand({
  name: 'schedule',
  words: ['JSON'],
  options: {
    steps: { type: 'string', value: 'N', help: 'updates in the run (required)' },
    log: { type: 'boolean', help: 'logarithmic rate axis' },
  },
  summary: 'shows the rate (and momentum) of each update that a schedule spec gives, without training',
  example: `anneal schedule '{"kind": "one-cycle", "maxLr": 0.4}' --steps 1000`,
  notes: [
    'JSON is the spec itself, a file that holds one, or - for standard input.',
    'With --json: {"lr": […], "momentum": […] or null}, one number for each update.',
  ],
  async run({ words: [given], options, json, io }) {
    if (options.steps === undefined)
      throw new AppError('input.invalid', 'schedule needs --steps N, the number of updates in the run', {
        field: '--steps',
      })
    const steps = wholeNumber('--steps', options.steps, 1, MAX_STEPS)
    const value = /^\s*\{/.test(given!) ? parseJson(given!, 'JSON') : (await readJsonFile(given!, io)).value
    const spec = parseSchedule(value)
    const { lr, momentum } = sampleSchedule(createSchedule(spec, steps), steps)
    if (json) {
      io.out(toJson({ lr, momentum }))
      return 0
    }
    const width = Math.min(MAX_PLOT_WIDTH, io.outWidth())
    io.out(`${describeSchedule(spec, steps)}\n\n`)
    io.out(
      `learning rate${options.log ? ' (log)' : ''}\n${renderPlot(lr, { width, height: PLOT_HEIGHT, log: options.log })}`,
    )
    if (momentum) io.out(`\nmomentum\n${renderPlot(momentum, { width, height: MOMENTUM_HEIGHT })}`)
    io.out(
      `\nfirst ${formatRate(lr[0]!)}, greatest ${formatRate(lr.reduce((a, b) => Math.max(a, b)))}, last ${formatRate(lr.at(-1)!)}\n`,
    )
    return 0
  },
})

/** @throws AppError `spec.invalid` */
function parseSchedule(value: unknown): ScheduleSpec {
  const result = v.safeParse(ScheduleSpec, value)
  if (result.success) return result.output
  throw specError(problemsOf(result.issues, ScheduleSpec, 'schedule'))
}
