import { AppError, exitCode, serializeError, type ErrorDetails } from '../core/domain/errors'
import type { Problem } from '../core/domain/spec/problems'
import type { Io } from './io'
import { printable } from './text'

/** Adds the place an error came from (a file's name) without changing what it says. */
export function atPlace(error: unknown, place: string): unknown {
  if (!(error instanceof AppError)) return error
  return new AppError(error.code, error.message, { ...error.details, place }, { cause: error })
}

const furtherProblems = ({ problems }: ErrorDetails): Problem[] =>
  Array.isArray(problems) ? (problems as Problem[]).slice(1) : []

/**
 * The one place where an error becomes words and an exit status: `Error: message  (file)`, further problems of the
 * same input, and what to do.
 */
export function reportError(error: unknown, io: Io): number {
  const { code, message, details } = serializeError(error)
  const place = typeof details.place === 'string' ? `  (${details.place})` : ''
  io.err(`Error: ${printable(message, '\n')}${place}\n`)
  for (const problem of furtherProblems(details)) io.err(`       ${printable(problem.message)}\n`)
  // Some messages already end with what to do.
  if (typeof details.hint === 'string' && !message.includes(details.hint))
    for (const line of details.hint.split('\n')) io.err(`  ${printable(line)}\n`)
  if (code === 'internal' && process.env.ANNEAL_DEBUG && error instanceof Error) io.err(`${error.stack}\n`)
  return exitCode(code)
}
