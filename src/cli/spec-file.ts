import { readFile, stat } from 'node:fs/promises'
import { AppError } from '../core/domain/errors'
import type { Io } from './io'
import { MAX_SPEC_BYTES, parseSpecText, tooLargeForSpec } from '../core/files/spec-text'

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read by this user',
}

/**
 * What a file says in JSON, or in YAML where its name ends so; JSON from standard input for `-`. `place` names it in
 * messages.
 * @throws AppError `file.unreadable`, or `input.invalid` with line and column
 */
export async function readSpecFile(path: string, io: Io): Promise<{ value: unknown; place: string }> {
  const place = path === '-' ? 'standard input' : path
  const text = path === '-' ? await io.readStdin() : await readText(path)
  if (text.length > MAX_SPEC_BYTES) throw tooLargeForSpec(place, text.length)
  return { value: parseSpecText(text, { name: path, place }), place }
}

async function readText(path: string): Promise<string> {
  try {
    // A pipe has no size and is read to its end; a device that has none would be read for ever.
    const facts = await stat(path)
    if (facts.size > MAX_SPEC_BYTES) throw tooLargeForSpec(path, facts.size)
    if (facts.isCharacterDevice() || facts.isBlockDevice())
      throw new AppError('file.unreadable', `${path} cannot be read: it is a device`, { field: path })
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = REASONS[code ?? ''] ?? message
    throw new AppError('file.unreadable', `${path} cannot be read: ${reason}`, { field: path }, { cause })
  }
}
