import { BUNDLE_ENDING } from './export/bundle-ending'

/** How names of run specs and recipes end. */
export const SPEC_ENDINGS = ['json', 'yaml', 'yml']

/** What can be opened: a bundle to import, or a run spec or recipe to fill New run with. */
export type OpenKind = 'bundle' | 'spec'

/** The most bytes of a file that is held in memory as a whole: a spec wherever it is read, a bundle where a page has it. */
export const MOST_BYTES: Readonly<Record<OpenKind, number>> = { bundle: 256 * 2 ** 20, spec: 4 * 2 ** 20 }

/** The ending of a file's name without its dot, in small letters; none for a name without one. */
export const endingOf = (name: string): string => /[^./\\]\.([\w-]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** What a file is by its name; null for one that Anneal does not open. */
export function openKind(name: string): OpenKind | null {
  const ending = endingOf(name)
  return ending === BUNDLE_ENDING ? 'bundle' : SPEC_ENDINGS.includes(ending) ? 'spec' : null
}

/** What to say of a file that is not opened. */
export const notOpened = (name: string): string =>
  `${name} is neither a bundle (.${BUNDLE_ENDING}) nor a run spec or recipe (.json, .yaml)`
