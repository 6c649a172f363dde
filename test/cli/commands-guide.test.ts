import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/commands'
import { commandHelp } from '../../src/cli/usage'

const guide = readFileSync(new URL('../../docs/guide/commands.md', import.meta.url), 'utf8')
const rowOf = (name: string) => guide.split('\n').find((line) => line.startsWith(`| \`${name}`)) ?? ''

describe('the guide to the commands', () => {
  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    'names %s with all its options',
    (name, command) => {
      const hidden = name === 'serve' ? ['no-open'] : []
      for (const option of Object.keys(command.options).filter((option) => !hidden.includes(option)))
        expect(rowOf(name)).toContain(`--${option}`)
      expect(rowOf(name)).toContain(`\`${command.example}`.split(' --')[0])
    },
  )
  it('has no command that does not exist', () => {
    const rows = [...guide.matchAll(/^\| `([a-z-]+)/gm)].map((match) => match[1])
    expect(rows).toEqual(COMMANDS.map(({ name }) => name))
  })
})

describe('help', () => {
  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    'says usage, options and an example of %s',
    (name, command) => {
      const text = commandHelp(command)
      expect(text).toMatch(new RegExp(`^anneal ${name}`))
      expect(text).toContain(`Example: ${command.example}`)
      for (const option of [...Object.keys(command.options), 'data', 'json']) expect(text).toContain(`--${option}`)
    },
  )
})
