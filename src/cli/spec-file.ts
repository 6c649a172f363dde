import { readFile } from 'node:fs/promises'
import { AppError } from '../core/domain/errors'
import type { Io } from './io'
import { parseJson } from './json-text'
import { parseYaml } from './yaml-text'

/** A spec is a page of text; what is larger is another file. */
const MAX_BYTES = 4 * 1024 * 1024

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read by this user',
}

const YAML_FILE = /\.ya?ml$/i

/**
 * What a file says in JSON, or in YAML where its name ends so; JSON from standard input for `-`. `place` names it in
 * messages.
 * @throws AppError `file.unreadable`, or `input.invalid` with line and column
 */
export async function readSpecFile(path: string, io: Io): Promise<{ value: unknown; place: string }> {
  const place = path === '-' ? 'standard input' : path
  const text = path === '-' ? await io.readStdin() : await readText(path)
  if (text.length > MAX_BYTES)
    throw new AppError('input.invalid', `${place} is too large for a spec: ${text.length} bytes, at most ${MAX_BYTES}`)
  return { value: YAML_FILE.test(path) ? parseYaml(text, place) : parseJson(text, place), place }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const reason = REASONS[code ?? ''] ?? message
    throw new AppError('file.unreadable', `${path} cannot be read: ${reason}`, { field: path }, { cause })
  }
}
