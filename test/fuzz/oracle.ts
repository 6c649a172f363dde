import { AppError, ERROR_CODES } from '../../src/core/domain/errors'

/** A fault that a case has found: what was done, and what came of it. */
export class Fault extends Error {}

/** Nobody reads more than this of an error, whatever was sent. */
const MAX_MESSAGE = 2000

/**
 * What every call must come to: an answer, or an error of the closed list that is not `internal`, which stands for a fault
 * of the program.
 */
export async function answerOrTypedError(what: string, call: () => Promise<unknown>): Promise<'answer' | string> {
  try {
    await call()
    return 'answer'
  } catch (error) {
    if (!(error instanceof AppError)) throw new Fault(`${what}: threw ${String(error)}`, { cause: error })
    if (error.code === 'internal' || !ERROR_CODES.includes(error.code))
      throw new Fault(`${what}: ${error.code}: ${error.message}`, { cause: error })
    if (error.message.length > MAX_MESSAGE)
      throw new Fault(`${what}: a message of ${error.message.length} characters: ${error.message.slice(0, 200)}`)
    return error.code
  }
}

/** The same within a time that only what hangs takes. */
export function inTime<T>(what: string, promise: Promise<T>, ms = 20_000): Promise<T> {
  let timer: NodeJS.Timeout
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Fault(`${what}: no answer within ${ms} ms`)), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
