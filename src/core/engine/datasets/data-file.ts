import { stat } from 'node:fs/promises'
import { AppError } from '../../domain/errors'

/** Where a file is named, and what to do about a bad one, for messages. */
export interface NamedFile {
  /** Field of the run spec, or what the file is. */
  field: string
  advice: string
}

/**
 * Makes sure that a path leads to a file of a moderate size before it is opened: a device may give bytes for ever, and a
 * pipe keeps whoever opens it waiting.
 *
 * @returns its bytes
 * @throws AppError `dataset.missing`, `dataset.invalid` for what is no file or too large, or `file.unreadable`
 */
export async function sizeOfFile(path: string, { field, advice }: NamedFile, most: number): Promise<number> {
  const details = { field, got: path, hint: advice }
  const facts = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT')
      throw new AppError('dataset.missing', `${field}: there is no file ${path}; ${advice}`, details)
    throw unreadable(path, { field, advice }, cause)
  })
  const refuse = (what: string, allowed: string, got: string): never => {
    throw new AppError('dataset.invalid', `${field}: ${path} ${what}; ${advice}`, { ...details, allowed, got })
  }
  if (!facts.isFile()) refuse('is not a file', 'a file', facts.isDirectory() ? 'a folder' : 'a device')
  if (facts.size > most) refuse(`has ${facts.size} bytes; at most ${most} are read`, `${most} bytes`, `${facts.size}`)
  return facts.size
}

/** What a file that is there but cannot be read is told with. */
export const unreadable = (path: string, { field, advice }: NamedFile, cause: NodeJS.ErrnoException): AppError =>
  new AppError(
    'file.unreadable',
    `${field}: ${path} cannot be read (${cause.code}); ${advice}`,
    { field, got: path, hint: advice },
    { cause },
  )
