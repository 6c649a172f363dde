import { AppError } from '../../core/domain/errors'
import { goalRows, reachGoals, readGoals } from '../compare-targets'
import { comparisonText } from '../comparison-text'
import { defineCommand } from '../command'
import { toJson } from '../../core/domain/json'
import { withCore } from '../open-core'
import { resolveRuns } from '../resolve-runs'

export const compareCommand = defineCommand({
  name: 'compare',
  words: ['RUN', 'RUN…'],
  options: {
    target: {
      type: 'string',
      multiple: true,
      value: 'METRIC=VALUE',
      help: 'also when each run reached a value; METRIC>=VALUE and METRIC<=VALUE say from which side',
    },
  },
  summary: 'puts runs side by side: only the settings that differ, then the results, and when each reached a target',
  example: "anneal compare k3v9 p0dz --target 'validation/accuracy=97%'",
  notes: [
    'Shares may be written in per cent. With = a value is reached from the side on which the metric is better.',
    'The first recorded point that reaches it counts, also of a run that diverged later; "never" where there is none.',
    'With --json: "targets": [{"metric", "value", "atLeast", "runs": [{"run", "step", "ms"}]}], null for never.',
  ],
  async run({ words, options, data, json, io }) {
    const goals = readGoals(options.target)
    const { comparison, rows, targets } = await withCore(data, async ({ transport }) => {
      const rows = await resolveRuns(transport, words)
      if (rows.length < 2)
        throw new AppError(
          'input.invalid',
          `compare needs at least two runs: ${words.join(', ')} are all run ${rows[0]!.id}`,
        )
      const comparison = await transport.call('runs.compare', { runs: rows.map(({ id }) => id) })
      return { comparison, rows, targets: await reachGoals(transport, rows, goals) }
    })
    if (json) io.out(toJson(goals.length ? { ...comparison, targets } : comparison))
    else {
      const results = [...comparison.results, ...goalRows(targets, rows)]
      io.out(comparisonText({ ...comparison, results }, io.outWidth()))
    }
    return 0
  },
})
