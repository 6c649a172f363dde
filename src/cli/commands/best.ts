import { toJson } from '../../core/domain/json'
import { bestText } from '../best-text'
import { defineCommand } from '../command'
import { withCore } from '../open-core'
import { wholeNumber } from '../parse-arguments'

export const bestCommand = defineCommand({
  name: 'best',
  words: [],
  options: {
    filter: { type: 'string', value: 'QUERY', help: 'only runs that match, as: dataset = mnist and batch = 64' },
    metric: { type: 'string', value: 'METRIC', help: 'what decides (default: validation/accuracy)' },
    last: { type: 'boolean', help: 'by the last value of each run in place of its best' },
    limit: { type: 'string', value: 'N', help: 'so many settings (default: 10)' },
  },
  summary: 'ranks settings over their seeds, and says whether the first is better than the noise',
  example: "anneal best --filter 'group = mnist' --metric validation/loss",
  notes: [
    'Runs that differ in the seed only are one setting: mean, sd (n − 1) and number of seeds.',
    'A run that diverged counts against its settings and has no value, however good it was before.',
    'The verdict compares the first two by the 95 % interval of Welch’s t-test; with one seed nothing can be told.',
  ],
  async run({ options, data, json, io }) {
    const limit = options.limit === undefined ? 10 : wholeNumber('--limit', options.limit, 1, 1e9)
    const { filter, metric, last } = options
    const best = await withCore(data, ({ transport }) =>
      transport.call('runs.best', { filter, metric, pick: last ? 'last' : 'best' }),
    )
    io.out(json ? toJson(best) : bestText(best, limit, io.outWidth()))
    return 0
  },
})
