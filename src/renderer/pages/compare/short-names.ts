/** Names that share less than this read well whole. */
const LEAST = 8
const BORDER = /[\s_./:|-]/

/**
 * Names as chips show them: what all of them begin with is left out, up to the end of a word, where it is long, so
 * that what tells them apart is seen.
 *
 * @returns one text a name, in their order; never empty where the name is not
 */
export function shortNames(names: readonly string[]): string[] {
  const [first = ''] = names
  let shared = 0
  if (new Set(names).size > 1)
    while (shared < first.length && names.every((name) => name[shared] === first[shared])) shared++
  while (shared > 0 && !BORDER.test(first[shared - 1]!)) shared--
  const leaves = names.every((name) => name.length > shared)
  return shared < LEAST || !leaves ? [...names] : names.map((name) => `…${name.slice(shared)}`)
}
