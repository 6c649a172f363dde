import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { AppError } from '../core/domain/errors'
import { nearest } from '../core/domain/nearest'
import { COMMON_OPTIONS, type Arguments, type Command, type Options } from './command'
import { defaultDataDir } from '../core/data-dir'
import { usage } from './usage'
import type { Io } from './io'

const wrong = (command: Command, message: string, details: object = {}) =>
  new AppError('input.invalid', message, { hint: `Usage: ${usage(command)}`, ...details })

/** Arguments of a command line after the command's name, or `'help'` where help was asked for. */
export type Parsed = Arguments | 'help'

/**
 * Reads a command's words and options.
 * @throws AppError `input.invalid` on an unknown option (with the nearest known one), a missing or surplus value or word
 */
export function parseArguments(command: Command, argv: readonly string[], io: Io): Parsed {
  const options: Options = { ...command.options, ...COMMON_OPTIONS }
  const isDashWord = (word: string) => !!command.dashWords && /^-[^-]/.test(word)
  const { tokens } = parseArgs({
    args: argv.filter((word) => !isDashWord(word)),
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })

  const values: Record<string, unknown> = {}
  for (const [name, { type, multiple }] of Object.entries(options))
    values[name] = multiple ? [] : type === 'boolean' ? false : undefined
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (!option) throw unknownOption(command, token.rawName, Object.keys(options))
    if (option.type === 'boolean') {
      if (token.value !== undefined)
        throw wrong(command, `${token.rawName} takes no value, got "${token.value}"`, { field: token.rawName })
      values[token.name] = true
      continue
    }
    // The next option is not this one's value: `--name --json` has forgotten it. `--sort -lr` has not.
    const forgotten = token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))
    if (forgotten) throw wrong(command, `${token.rawName} needs a value: ${token.rawName} ${option.value}`)
    if (option.multiple) (values[token.name] as string[]).push(token.value!)
    else if (values[token.name] !== undefined) throw wrong(command, `${token.rawName} is given twice`)
    else values[token.name] = token.value
  }
  if (values.help) return 'help'

  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  words.push(...argv.filter(isDashWord))
  checkWords(command, words)
  const data = resolve((values.data as string | undefined) ?? defaultDataDir())
  return { words, options: values as Arguments['options'], data, json: values.json as boolean, io }
}

function unknownOption(command: Command, rawName: string, known: readonly string[]): AppError {
  const near = nearest(rawName, known)
  const list = known.map((name) => `--${name}`).join(', ')
  return wrong(command, `${rawName} is not an option of ${command.name}${near ? ` (did you mean --${near}?)` : ''}`, {
    field: rawName,
    allowed: list,
    hint: `Options of ${command.name}: ${list}`,
  })
}

function checkWords(command: Command, words: readonly string[]): void {
  const least = command.words.filter((word) => !word.startsWith('[')).length
  const most = command.words.some((word) => word.includes('…')) ? Infinity : command.words.length
  if (words.length < least) throw wrong(command, `${command.name} needs ${command.words[words.length]}`)
  if (words.length > most)
    throw wrong(command, `${command.name} takes ${most || 'no'} word${most === 1 ? '' : 's'}, got "${words[most]}" too`)
}

/**
 * A whole number given as an option.
 * @throws AppError `input.invalid`
 */
export function wholeNumber(name: string, text: string, from: number, to: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN
  if (value >= from && value <= to) return value
  const allowed = to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`
  throw new AppError('input.invalid', `${name} must be a whole number ${allowed}, got "${text}"`, {
    field: name,
    allowed,
    got: text,
  })
}

/**
 * Any finite number given as an option.
 * @throws AppError `input.invalid`
 */
export function finiteNumber(name: string, text: string): number {
  const value = text.trim() === '' ? NaN : Number(text)
  if (Number.isFinite(value)) return value
  throw new AppError('input.invalid', `${name} must be a number, got "${text}"`, { field: name, got: text })
}

/**
 * Seeds as `1,2,3`.
 * @throws AppError `input.invalid`
 */
export function seedList(text: string, max: number): number[] {
  const seeds = text.split(',').map((part) => wholeNumber('--seeds', part.trim(), 0, max))
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) !== i)
  if (twice === undefined) return seeds
  throw new AppError('input.invalid', `--seeds must name each seed once, got ${twice} twice`, {
    field: '--seeds',
    got: text,
  })
}

/** Runs at a time from an option: more than this is a typing error, not a machine. */
const MOST_PARALLEL = 64

export const PARALLEL_OPTION = {
  type: 'string',
  value: 'N',
  help: 'runs that train at the same time (default: what suits the engine and the cores)',
} as const

/**
 * The number of `--parallel N`; undefined where it is not given.
 * @throws AppError `input.invalid`
 */
export const parallelRuns = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : wholeNumber('--parallel', text, 1, MOST_PARALLEL)
