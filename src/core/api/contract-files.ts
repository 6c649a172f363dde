import * as v from 'valibot'
import { MOST_BYTES } from '../domain/file-kind'
import type { RunSpec } from '../domain/spec/run-spec'
import { flag, text } from '../domain/spec/fields'
import type { ImportResult } from './contract-export'
import { command, query, RunIds, trusted } from './contract-schema'

/** What stands for a file that was chosen in the system's dialog; good once, for what it was chosen for. */
const Grant = v.pipe(v.string('must be a grant'), v.regex(/^[0-9a-f]{32}$/, 'must be a grant'))

/** Where a file was written: its name without the folder, and its size. */
export interface SavedFile {
  name: string
  bytes: number
}

/** A run spec or recipe as a file says it, whole and checked. */
export interface SpecFile {
  name: string
  spec: RunSpec
}

/** Files of the desktop window's user, by grants of the system's dialogs; no page ever names a path. */
export const filesContract = {
  /** Writes a whole file or nothing. */
  'files.save': command({
    input: v.strictObject({ grant: Grant, bytes: v.instance(Uint8Array, 'must be the bytes of a file') }),
    output: trusted<SavedFile>(),
  }),
  /** Runs that have ended as a bundle, straight into the file, however large. */
  'files.saveBundle': command({
    input: v.strictObject({ grant: Grant, runs: RunIds(1, 10_000), checkpoints: v.optional(flag(), true) }),
    output: trusted<SavedFile>(),
  }),
  /** Brings in the runs of a bundle, straight from the file, however large. */
  'files.importBundle': command({ input: v.strictObject({ grant: Grant }), output: trusted<ImportResult>() }),
  /** A run spec or recipe; paths of data in it are those of its own folder. */
  'files.readSpec': command({ input: v.strictObject({ grant: Grant }), output: trusted<SpecFile>() }),
  /** The same from a text that the page has: of a file that was dropped, say. */
  'specs.read': query({
    input: v.strictObject({ name: text(256, 1), text: text(MOST_BYTES.spec) }),
    output: trusted<SpecFile>(),
  }),
}
