import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defineCommand, type Command } from '../../src/cli/command'
import { parseArguments, seedList, wholeNumber } from '../../src/cli/parse-arguments'
import { AppError } from '../../src/core/domain/errors'
import { createTestIo } from './test-io'

const train = defineCommand({
  name: 'train',
  words: ['SPEC'],
  options: {
    set: { type: 'string', multiple: true, value: 'PATH=VALUE', help: '' },
    sort: { type: 'string', value: 'COLUMN', help: '' },
    yes: { type: 'boolean', help: '' },
  },
  summary: '',
  example: '',
  run: async () => 0,
}) as unknown as Command
const tag = { ...train, name: 'tag', words: ['RUN', 'TAG…'], options: {}, dashWords: true } as Command

const parse = (argv: string[], command = train) => {
  const args = parseArguments(command, argv, createTestIo().io)
  if (args === 'help') throw new Error('help')
  return args
}
const refusal = (argv: string[], command = train): AppError => {
  try {
    parse(argv, command)
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('not refused')
}

describe('arguments', () => {
  it('takes words, switches, values and repeated values in any order', () => {
    const args = parse(['--set', 'a=1', 'spec.json', '--set=b=--2', '--yes', '--data', 'x', '--json'])
    expect(args.words).toEqual(['spec.json'])
    expect(args.options).toMatchObject({ set: ['a=1', 'b=--2'], yes: true, sort: undefined })
    expect(args).toMatchObject({ json: true, data: resolve('x') })
  })
  it('takes a value that begins with one dash, as `--sort -lr` and `-` for standard input do', () => {
    expect(parse(['-', '--sort', '-lr'])).toMatchObject({ words: ['-'], options: { sort: '-lr' } })
  })
  it('takes everything behind -- as words', () => {
    expect(parse(['--', '--yes']).words).toEqual(['--yes'])
  })
  it.each([
    [['s', '--sett', 'a=1'], /--sett is not an option of train \(did you mean --set\?\)/],
    [['s', '--toString'], /--toString is not an option of train$/],
    [['s', '-x'], /-x is not an option of train/],
    [['s', '--sort'], /--sort needs a value: --sort COLUMN/],
    [['s', '--sort', '--json'], /--sort needs a value/],
    [['s', '--sort', 'a', '--sort', 'b'], /--sort is given twice/],
    [['s', '--yes=no'], /--yes takes no value, got "no"/],
    [[], /train needs SPEC/],
    [['a', 'b'], /train takes 1 word, got "b" too/],
  ])('%j is refused with what is wrong and the usage', (argv, message) => {
    const error = refusal(argv)
    expect(error.code).toBe('input.invalid')
    expect(error.message).toMatch(message)
    expect(error.details.hint).toMatch(/Usage: anneal train SPEC|Options of train: --set/)
  })
  it('asks for help with --help and -h before it complains about missing words', () => {
    for (const flag of ['--help', '-h']) expect(parseArguments(train, [flag], createTestIo().io)).toBe('help')
  })
  it('lets a command take words that begin with a dash', () => {
    expect(parse(['k3', '+good', '-old-one', '--json'], tag)).toMatchObject({
      words: ['k3', '+good', '-old-one'],
      json: true,
    })
    expect(refusal(['k3'], tag).message).toBe('tag needs TAG…')
  })
})

describe('numbers in options', () => {
  it.each(['-1', '1.5', '', 'x', '65536', '1e3', ' 8', '0x10'])('%j is no port', (text) => {
    expect(() => wholeNumber('--port', text, 0, 65535)).toThrow(/--port must be a whole number from 0 to 65535, got/)
  })
  it('reads seeds, each once', () => {
    expect(seedList('3, 1,2', 100)).toEqual([3, 1, 2])
    expect(() => seedList('1,,2', 100)).toThrow(/--seeds must be a whole number from 0 to 100, got ""/)
    expect(() => seedList('1,2,1', 100)).toThrow(/--seeds must name each seed once, got 1 twice/)
  })
})
