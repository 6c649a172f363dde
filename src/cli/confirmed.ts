import { AppError } from '../core/domain/errors'
import type { Io } from './io'

/**
 * Asks before something is changed for good.
 * @throws AppError `cancelled` where the answer is no, `input.invalid` where nobody can be asked
 */
export async function confirmed(io: Io, question: string, command: string): Promise<void> {
  const answer = await io.ask(question)
  if (answer === null)
    throw new AppError('input.invalid', `${command} needs --yes where nobody can be asked; nothing was changed`, {
      field: '--yes',
    })
  if (!/^\s*y(es)?\s*$/i.test(answer)) throw new AppError('cancelled', 'Nothing was changed')
}
