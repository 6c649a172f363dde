import { AppError } from '../core/domain/errors'
import { toJson } from '../core/domain/json'
import type { Io } from './io'
import { writeWhole } from '../core/files/write-whole'

/** Where the result of an export goes. */
export interface Destination {
  out: string | undefined
  force: boolean
  json: boolean
}

/** Options of every command that writes a file. */
export const FILE_OPTIONS = {
  out: { type: 'string', value: 'FILE', help: 'write a file (default: standard output, where it is text)' },
  force: { type: 'boolean', help: 'replace a file that is there' },
} as const

/**
 * Refuses what could not be delivered, before anything is read.
 * @param isText whether it may go to standard output; `isJson` whether that is what `--json` promises
 * @throws AppError `input.invalid`
 */
export function checkDestination(
  format: string,
  { out, json }: Destination,
  { isText, isJson }: { isText: boolean; isJson: boolean },
): void {
  if (out !== undefined) return
  if (!isText)
    throw new AppError('input.invalid', `--format ${format} needs --out FILE: it is not text`, { field: '--out' })
  if (json && !isJson)
    throw new AppError('input.invalid', `--json with --format ${format} needs --out FILE: it is not JSON`, {
      field: '--json',
    })
}

/** Delivers an export: to standard output, or as a whole file; with `--json` says which file that is. */
export async function deliver(
  content: string | Uint8Array,
  facts: Record<string, unknown>,
  { out, force, json }: Destination,
  io: Io,
): Promise<void> {
  if (out === undefined) return io.out(typeof content === 'string' ? content : new TextDecoder().decode(content))
  const file = await writeWhole(out, content, { force })
  const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.length
  if (json) io.out(toJson({ ...facts, file, bytes }))
  else io.err(`Wrote ${file}\n`)
}
