import { toJson } from '../../core/domain/json'
import { countRuns, importBundleFile } from '../bundle-files'
import { defineCommand } from '../command'
import { printable } from '../text'

export const importCommand = defineCommand({
  name: 'import',
  words: ['FILE'],
  options: {},
  summary: 'brings the runs of a bundle into the workspace: settings, every point, checkpoints',
  example: 'anneal import best.anneal-bundle',
  notes: [
    'Everything is checked first; a bundle that is damaged or not ours changes nothing.',
    'A run that is here already, bit for bit, is skipped; where another run has its id it gets a new one.',
  ],
  async run({ words: [path], data, json, io }) {
    const { imported, skipped, renamed } = await importBundleFile(path!, data, io)
    if (json) {
      io.out(toJson({ imported, skipped, renamed }))
      return 0
    }
    const names = new Map(renamed.map(({ from, to }) => [to, from]))
    for (const { id, name } of imported)
      io.out(
        `imported  ${id}  ${printable(name)}${names.has(id) ? `  (was ${names.get(id)}, which is another run here)` : ''}\n`,
      )
    for (const { id, name } of skipped) io.out(`skipped   ${id}  ${printable(name)}  (here already, bit for bit)\n`)
    io.err(`${countRuns(imported.length)} imported${skipped.length ? `, ${skipped.length} skipped` : ''}.\n`)
    return 0
  },
})
