import { AppError } from '../../core/domain/errors'
import { VERSION } from '../../core/version'
import { type Command, defineCommand } from '../command'
import { toJson } from '../../core/domain/json'
import { commandHelp, overview, usage } from '../usage'

/** `help`, which knows the other commands. */
export const helpOn = (commands: readonly Command[]) =>
  defineCommand({
    name: 'help',
    words: ['[COMMAND]'],
    options: {},
    summary: 'says what the commands do, or what one does',
    example: 'anneal help run',
    async run({ words: [name], json, io }) {
      if (name === undefined) {
        const list = commands.map((command) => ({
          name: command.name,
          usage: usage(command),
          summary: command.summary,
        }))
        io.out(json ? toJson(list) : overview(commands, VERSION))
        return 0
      }
      const command = commands.find((known) => known.name === name)
      if (!command)
        throw new AppError('input.invalid', `${name} is not a command`, {
          field: name,
          hint: `Commands: ${commands.map((known) => known.name).join(', ')}`,
        })
      io.out(json ? toJson({ ...command, run: undefined, usage: usage(command) }) : commandHelp(command))
      return 0
    },
  })
