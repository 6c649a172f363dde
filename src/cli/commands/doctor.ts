import { defineCommand } from '../command'
import { toJson } from '../../core/domain/json'
import { checkText } from '../check-text'
import { runChecks } from '../doctor-checks'

export const doctorCommand = defineCommand({
  name: 'doctor',
  words: [],
  options: {},
  summary: 'checks workspace, database, engine and browser, and says what to do',
  example: 'anneal doctor',
  notes: ['Makes and changes nothing. Exits 1 where something is broken.'],
  async run({ data, json, io }) {
    const checks = await runChecks(data)
    const sound = checks.every(({ status }) => status !== 'broken')
    if (json) io.out(toJson({ ok: sound, data, checks }))
    else io.out(checkText(checks))
    return sound ? 0 : 1
  },
})
