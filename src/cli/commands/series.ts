import { AppError } from '../../core/domain/errors'
import { defineCommand } from '../command'
import { toJson } from '../../core/domain/json'
import { withCore } from '../open-core'
import { finiteNumber } from '../parse-arguments'
import { resolveRuns } from '../resolve-runs'

export const seriesCommand = defineCommand({
  name: 'series',
  words: ['RUN', 'METRIC'],
  options: {
    from: { type: 'string', value: 'STEP', help: 'first step (default: the first recorded)' },
    to: { type: 'string', value: 'STEP', help: 'last step (default: the last recorded)' },
  },
  summary: 'prints exact recorded points of a metric: step and value',
  example: 'anneal series k3v9 train/loss --from 100 --to 200 --json',
  notes: ['With --json: {"steps": […], "values": […]}; NaN and infinities are "NaN", "Infinity" and "-Infinity".'],
  async run({ words: [reference, metric], options, data, json, io }) {
    const from = options.from === undefined ? undefined : finiteNumber('--from', options.from)
    const to = options.to === undefined ? undefined : finiteNumber('--to', options.to)
    if (from !== undefined && to !== undefined && from > to)
      throw new AppError('input.invalid', `--from must not be above --to, got ${from} and ${to}`, { field: '--from' })
    const { steps, values } = await withCore(data, async ({ transport }) => {
      const [row] = await resolveRuns(transport, [reference!])
      return transport.call('metrics.series', { run: row!.id, metric: metric!, from, to })
    })
    if (json) io.out(toJson({ steps, values }))
    else io.out(Array.from(steps, (step, i) => `${step}\t${values[i]}\n`).join(''))
    return 0
  },
})
