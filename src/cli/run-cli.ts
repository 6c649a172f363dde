import { AppError } from '../core/domain/errors'
import { nearest } from '../core/domain/nearest'
import { VERSION } from '../core/version'
import { COMMANDS } from './commands'
import { flushed, processIo, type Io } from './io'
import { parseArguments } from './parse-arguments'
import { reportError } from './report-error'
import { commandHelp, overview } from './usage'

/** Runs one command line and ends the process with its status. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const io = processIo()
  process.exitCode = await runCommandLine(argv, io)
  await flushed()
  // A socket or a child of a library must not keep a finished command alive.
  process.exit()
}

/** Runs one command line; every error becomes words and a status here. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  try {
    const [name = 'help', ...rest] = argv
    if (name === '--version') return print(io, `${VERSION}\n`)
    if (name === '--help' || name === '-h') return print(io, overview(COMMANDS, VERSION))
    const command = COMMANDS.find((known) => known.name === name)
    if (!command) throw unknownCommand(name)
    const args = parseArguments(command, rest, io)
    return args === 'help' ? print(io, commandHelp(command)) : await command.run(args)
  } catch (error) {
    return reportError(error, io)
  }
}

const print = (io: Io, text: string): number => {
  io.out(text)
  return 0
}

function unknownCommand(name: string): AppError {
  const names = COMMANDS.map((command) => command.name)
  const near = name.startsWith('-') ? null : nearest(name, names)
  return new AppError('input.invalid', `${name} is not a command${near ? ` (did you mean ${near}?)` : ''}`, {
    field: name,
    allowed: names.join(', '),
    hint: `Commands: ${names.join(', ')}`,
  })
}
