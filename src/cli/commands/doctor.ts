import { toJson } from '../../core/domain/json'
import { checkText } from '../check-text'
import { defineCommand } from '../command'
import { runChecks } from '../doctor-checks'
import type { Io } from '../io'
import { isLossless, salvageText } from '../salvage-text'

export const doctorCommand = defineCommand({
  name: 'doctor',
  words: [],
  options: {
    salvage: {
      type: 'string',
      value: 'DIR',
      help: 'read what can be read of a damaged workspace into a new one in DIR, and say what cannot',
    },
  },
  summary: 'checks workspace, database, engine and browser, and says what to do',
  example: 'anneal doctor',
  notes: [
    'Makes and changes nothing; --salvage writes into DIR alone. Exits 1 where something is broken or lost.',
    '--salvage reads the files page by page: header, indexes and the pages that lead to others need not be whole.',
  ],
  async run({ options: { salvage }, data, json, io }) {
    if (salvage !== undefined) return salvageInto(salvage, data, json, io)
    const checks = await runChecks(data)
    const sound = checks.every(({ status }) => status !== 'broken')
    if (json) io.out(toJson({ ok: sound, data, checks }))
    else io.out(checkText(checks))
    return sound ? 0 : 1
  },
})

async function salvageInto(into: string, data: string, json: boolean, io: Io): Promise<number> {
  const { salvageWorkspace } = await import('../../core/storage/salvage/salvage')
  const report = salvageWorkspace(data, into, Date.now)
  io.out(json ? toJson(report) : salvageText(report))
  return isLossless(report) ? 0 : 1
}
