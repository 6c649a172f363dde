import type { Io } from './io'

/** One `--name` of a command: a switch, a value, or a value that may be given several times. */
export interface Option {
  type: 'boolean' | 'string'
  multiple?: true
  /** What stands for the value in the help: N, DIR, PATH=VALUE. */
  value?: string
  help: string
}

export type Options = Record<string, Option>

export type OptionValues<O extends Options> = {
  [K in keyof O]: O[K] extends { multiple: true }
    ? string[]
    : O[K]['type'] extends 'boolean'
      ? boolean
      : string | undefined
}

/** What a command gets: its words in order, its options, and the two options that every command has. */
export interface Arguments<O extends Options = Options> {
  words: string[]
  options: OptionValues<O>
  data: string
  json: boolean
  io: Io
}

/** One command: everything the parser, the help and the entry know about it. */
export interface Command<O extends Options = Options> {
  name: string
  /** Words it takes, as the help shows them; `…` behind the last means one or more of it, brackets optional. */
  words: string[]
  options: O
  summary: string
  /** A line to copy. */
  example: string
  /** More for `help NAME`: what the summary has no room for. */
  notes?: string[]
  /** A single dash begins a word, not an option (`tag RUN -old`). */
  dashWords?: true
  /** @returns exit status; errors are thrown as AppError */
  run(args: Arguments<O>): Promise<number>
}

/** Keeps the options' literal types for `run`. */
export const defineCommand = <const O extends Options>(command: Command<O>): Command<O> => command

export const COMMON_OPTIONS = {
  data: { type: 'string', value: 'DIR', help: "workspace folder (default: the user's data folder, or $ANNEAL_DATA)" },
  json: { type: 'boolean', help: 'print one JSON value on standard output and nothing else' },
  help: { type: 'boolean', help: 'say what the command does' },
} as const satisfies Options
