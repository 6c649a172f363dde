import { toJson } from '../../core/domain/json'
import { defineCommand } from '../command'
import { endStatus, followRuns } from '../follow-runs'
import { withCore } from '../open-core'
import { resolveRuns } from '../resolve-runs'
import { printable } from '../text'

export const resumeCommand = defineCommand({
  name: 'resume',
  words: ['RUN'],
  options: {
    'from-start': { type: 'boolean', help: 'begin again: what it recorded is taken back and recorded anew' },
  },
  summary: 'lets a run that was stopped, interrupted or failed go on from its newest checkpoint, with live progress',
  example: 'anneal resume k3v9',
  notes: [
    'It ends with the numbers that it would have had without the break, to the last bit, on the same engine and machine.',
    'Steps recorded after the checkpoint come again in place of the first ones; a damaged checkpoint is passed over.',
    'Ctrl-C stops it again between two updates, with a checkpoint.',
  ],
  async run({ words: [reference], options, data, json, io }) {
    const [row] = await withCore(data, async (opened) => {
      const [{ id, name, steps }] = (await resolveRuns(opened.transport, [reference!])) as [
        Awaited<ReturnType<typeof resolveRuns>>[number],
      ]
      const fromStart = options['from-start']
      return followRuns(opened, io, async () => {
        const { checkpoints } = await opened.transport.call('runs.checkpoints', { run: id })
        const resumed = await opened.transport.call('runs.resume', { run: id, fromStart })
        const from = fromStart || steps === 0 ? 0 : (checkpoints.find(({ there }) => there)?.step ?? 0)
        const again = steps > from ? `; ${steps - from} updates after it are trained again` : ''
        io.err(`${printable(name)} (${id}) goes on from update ${from}${again}\n`)
        return [resumed]
      })
    })
    if (json) io.out(toJson(row))
    return endStatus([row!])
  },
})
