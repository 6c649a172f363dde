import type { RunRow } from '../../core/domain/run'
import { MAX_SEED } from '../../core/domain/spec/run-spec'
import { defineCommand } from '../command'
import { endStatus, followRuns } from '../follow-runs'
import { givenSpec } from '../given-spec'
import { toJson } from '../../core/domain/json'
import { withCore } from '../open-core'
import { seedList } from '../parse-arguments'

export const runCommand = defineCommand({
  name: 'run',
  words: ['SPEC'],
  options: {
    set: { type: 'string', multiple: true, value: 'PATH=VALUE', help: 'replace a field; the value is JSON, else text' },
    seeds: { type: 'string', value: 'LIST', help: 'one run for each seed, as 1,2,3' },
    name: { type: 'string', value: 'NAME', help: "the run's name" },
  },
  summary:
    'trains what a run spec or a recipe (JSON or YAML file, or - for JSON from standard input) says, with live progress',
  example: 'anneal run spec.json --set schedule.maxLr=0.2 --seeds 1,2,3',
  notes: [
    'A run that diverges (its loss or gradient is no longer finite) is a result: said so, all before kept, status 0.',
    'Ctrl-C stops between two updates, keeps everything and exits 130; a second Ctrl-C ends at once.',
    "Relative paths in the spec are taken from the spec file's folder.",
  ],
  async run({ words: [path], options, data, json, io }) {
    const seeds = options.seeds === undefined ? undefined : seedList(options.seeds, MAX_SEED)
    const { spec } = await givenSpec(path!, options.set, io, (given) =>
      options.name === undefined ? given : { ...(given as object), name: options.name },
    )
    const rows = await withCore(
      data,
      (opened) =>
        followRuns(opened, io, async () => {
          const { runs, notices } = await opened.transport.call('runs.create', { spec, seeds })
          for (const notice of notices) io.err(`Note: ${notice}\n`)
          return runs
        }),
      { create: true },
    )
    if (json) io.out(toJson(rows))
    sayWhatMatters(rows, io.err)
    return endStatus(rows)
  },
})

function sayWhatMatters(rows: readonly RunRow[], say: (text: string) => void): void {
  for (const { id, status, divergedAt } of rows)
    if (status === 'diverged')
      say(
        `Run ${id} diverged at step ${divergedAt}: its loss or gradient is no longer finite. All steps up to it are kept.\n`,
      )
  const stopped = rows
    .filter(({ status, spec }) => status === 'stopped' && spec.checkpoint !== null)
    .map(({ id }) => id)
  if (stopped.length)
    say(
      `Stopped. All that was recorded is kept. To go on: anneal resume ${stopped[0]}${stopped.length > 1 ? ', …' : ''}\n`,
    )
}
