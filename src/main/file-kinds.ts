import { BUNDLE_ENDING } from '../core/domain/export/bundle-ending'
import { endingOf, SPEC_ENDINGS } from '../core/domain/file-kind'

/** Every kind of file that the page saves, by how its name ends. */
const KINDS: Record<string, string> = {
  csv: 'Comma-separated values',
  parquet: 'Parquet',
  md: 'Markdown',
  png: 'Picture',
  svg: 'Vector picture',
  json: 'JSON',
  yaml: 'YAML',
  py: 'Python',
  js: 'JavaScript',
  [BUNDLE_ENDING]: 'Anneal bundle',
}

/** A kind as the system's dialogs want it. */
export interface FileFilter {
  name: string
  extensions: string[]
}

export const OPEN_FILTERS: FileFilter[] = [
  { name: 'Bundles, run specs and recipes', extensions: [BUNDLE_ENDING, ...SPEC_ENDINGS] },
]

/** The name that a page proposes for a file, with its kind; null where it is none: a path, or a kind that no page saves. */
export function proposedFile(name: unknown): { name: string; ending: string; filter: FileFilter } | null {
  if (typeof name !== 'string' || name.length > 255) return null
  if (/[/\\:\u0000-\u001f]/.test(name) || name.startsWith('.')) return null
  const ending = endingOf(name)
  if (!Object.hasOwn(KINDS, ending)) return null
  return { name, ending, filter: { name: KINDS[ending]!, extensions: [ending] } }
}

/** The path that was chosen with its kind's ending: some systems leave it to the program to add it. */
export const withEnding = (path: string, ending: string): string =>
  endingOf(path) === ending ? path : `${path}.${ending}`
