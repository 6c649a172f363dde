import { AppError } from '../../core/domain/errors'
import { formatRate } from '../../core/domain/format'
import * as v from 'valibot'
import { type ScheduleFacts, scheduleFacts } from '../../core/domain/schedules/facts'
import { createSchedule, describeSchedule, ScheduleSpec } from '../../core/domain/schedules/registry'
import { type Phase, sampleSchedule } from '../../core/domain/schedules/schedule'
import { scheduleWarnings } from '../../core/domain/schedules/warnings'
import { problemsOf } from '../../core/domain/spec/problems'
import { specError } from '../../core/domain/spec/run-spec'
import { defineCommand } from '../command'
import { parseJson } from '../../core/files/json-text'
import { toJson } from '../../core/domain/json'
import { wholeNumber } from '../parse-arguments'
import { renderPlot } from '../plot'
import { readSpecFile } from '../spec-file'

/** More updates than anyone reads as JSON, few enough to hold. */
const MAX_STEPS = 10_000_000
const MAX_PLOT_WIDTH = 100
const PLOT_HEIGHT = 12
const MOMENTUM_HEIGHT = 6
/** More phases than this are counted, not listed. */
const MOST_PHASES = 12

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
    const value = /^\s*\{/.test(given!) ? parseJson(given!, 'JSON') : (await readSpecFile(given!, io)).value
    const spec = parseSchedule(value)
    const schedule = createSchedule(spec, steps)
    const { lr, momentum } = sampleSchedule(schedule, steps)
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
    io.out(`\n${phasesText(schedule.phases)}\n${factsText(scheduleFacts(schedule, steps))}\n`)
    if (schedule.feedback)
      io.out(
        `Its rates depend on ${schedule.feedback.metrics.join(' and ')} as the run goes: drawn are those without a cut.\n`,
      )
    for (const { field, message } of scheduleWarnings(spec, steps))
      io.out(`Note: ${message}${field && ` (${field})`}\n`)
    return 0
  },
})

/** @throws AppError `spec.invalid` */
function parseSchedule(value: unknown): ScheduleSpec {
  const result = v.safeParse(ScheduleSpec, value)
  if (result.success) return result.output
  throw specError(problemsOf(result.issues, ScheduleSpec, 'schedule'))
}

/** "phases    warm-up 0 to 299, anneal 299 to 999". Borders of 1cycle may lie between two updates. */
function phasesText(phases: readonly Phase[]): string {
  const at = (t: number) => String(Number(t.toFixed(2)))
  const listed = phases.slice(0, MOST_PHASES).map(({ label, from, to }) => `${label} ${at(from)} to ${at(to)}`)
  const more = phases.length > MOST_PHASES ? ` and ${phases.length - MOST_PHASES} more` : ''
  return `phases    ${listed.join(', ')}${more}`
}

function factsText({ first, peak, peakAt, last, mean, sum, exact }: ScheduleFacts): string {
  const about = exact ? '' : 'about '
  return [
    `rate      first ${formatRate(first)}, greatest ${formatRate(peak)} at update ${peakAt}, last ${formatRate(last)}`,
    `          mean ${about}${formatRate(mean)}, sum of all ${about}${formatRate(sum)}`,
  ].join('\n')
}
