import { AppError } from '../../core/domain/errors'
import { comparisonText } from '../comparison-text'
import { defineCommand } from '../command'
import { toJson } from '../../core/domain/json'
import { withCore } from '../open-core'
import { resolveRuns } from '../resolve-runs'

export const compareCommand = defineCommand({
  name: 'compare',
  words: ['RUN', 'RUN…'],
  options: {},
  summary: 'puts runs side by side: only the settings that differ, then the results',
  example: 'anneal compare k3v9 p0dz',
  async run({ words, data, json, io }) {
    const comparison = await withCore(data, async ({ transport }) => {
      const rows = await resolveRuns(transport, words)
      if (rows.length < 2)
        throw new AppError(
          'input.invalid',
          `compare needs at least two runs: ${words.join(', ')} are all run ${rows[0]!.id}`,
        )
      return transport.call('runs.compare', { runs: rows.map(({ id }) => id) })
    })
    io.out(json ? toJson(comparison) : comparisonText(comparison, io.outWidth()))
    return 0
  },
})
