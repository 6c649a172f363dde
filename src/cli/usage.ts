import { COMMON_OPTIONS, type Command, type Options } from './command'

const optionText = (name: string, { value }: { value?: string }) => (value ? `--${name} ${value}` : `--${name}`)

/** One line: `anneal run SPEC [--set PATH=VALUE]… [--seeds LIST]`. */
export function usage(command: Command): string {
  const options = Object.entries(command.options).map(
    ([name, option]) => `[${optionText(name, option)}]${option.multiple ? '…' : ''}`,
  )
  return ['anneal', command.name, ...command.words, ...options].join(' ')
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const options: Options = { ...command.options, ...COMMON_OPTIONS }
  const names = Object.entries(options).map(([name, option]) => optionText(name, option))
  const width = Math.max(...names.map((name) => name.length))
  const lines = Object.values(options).map(({ help }, i) => `  ${names[i]!.padEnd(width)}  ${help}`)
  const notes = command.notes?.length ? ['', ...command.notes] : []
  return [usage(command), '', command.summary, ...notes, '', ...lines, '', `Example: ${command.example}`, ''].join('\n')
}

/** The list of all commands. */
export function overview(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    `Anneal ${version}: trains, records and compares runs on this machine.`,
    '',
    'anneal COMMAND [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    '`anneal help COMMAND` says more. Exit status: 0 done, 1 failed, 2 bad input, 130 cancelled.',
    '',
  ].join('\n')
}
