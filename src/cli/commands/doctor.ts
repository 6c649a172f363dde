import { defineCommand } from '../command'
import { toJson } from '../json'
import { runChecks } from '../doctor-checks'

const SIGNS = { ok: 'ok    ', note: 'note  ', broken: 'BROKEN' } as const

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
    else
      for (const { name, status, message, todo } of checks) {
        io.out(`${SIGNS[status]}  ${name.padEnd(9)}  ${message}\n`)
        if (todo) io.out(`${' '.repeat(19)}${todo}\n`)
      }
    return sound ? 0 : 1
  },
})
