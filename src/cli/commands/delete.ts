import type { RunRow } from '../../core/domain/run'
import { defineCommand } from '../command'
import { confirmed } from '../confirmed'
import { statusText } from '../format-value'
import type { Io } from '../io'
import { toJson } from '../../core/domain/json'
import { withCore } from '../open-core'
import { resolveRuns } from '../resolve-runs'
import { printable } from '../text'

const describe = (row: RunRow) => `${row.id}  ${printable(row.name)} (${statusText(row)}, ${row.steps} updates)`

async function confirm(rows: readonly RunRow[], io: Io): Promise<void> {
  for (const row of rows) io.err(`  ${describe(row)}\n`)
  const what = rows.length === 1 ? 'this run' : `these ${rows.length} runs`
  await confirmed(io, `Delete ${what} with all points, for good? [y/N] `, 'delete')
}

export const deleteCommand = defineCommand({
  name: 'delete',
  words: ['RUN…'],
  options: { yes: { type: 'boolean', help: 'do not ask' } },
  summary: 'removes runs with all their points, for good; a live one is stopped first',
  example: 'anneal delete k3v9 --yes',
  async run({ words, options, data, json, io }) {
    const rows = await withCore(data, async ({ transport }) => {
      const found = await resolveRuns(transport, words)
      if (!options.yes) await confirm(found, io)
      for (const row of found) await transport.call('runs.purge', { run: row.id })
      return found
    })
    if (json) io.out(toJson({ deleted: rows.map(({ id }) => id) }))
    else for (const row of rows) io.err(`Deleted ${describe(row)}\n`)
    return 0
  },
})
