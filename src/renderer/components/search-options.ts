/** One line of a list that is searched. */
export interface SearchOption {
  id: string
  label: string
  /** Said at the right: what it is, how many there are. */
  note?: string
  checked?: boolean
}

/** So many lines are drawn; more are found by typing. */
export const MOST_OPTIONS = 100

/** Options whose label or id has all words of the text, those that begin with it first; at most `most`, and how many more there are. */
export function searchOptions<T extends SearchOption>(
  options: readonly T[],
  text: string,
  most = MOST_OPTIONS,
): { shown: T[]; more: number } {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const first = words[0] ?? ''
  const rank = (name: string): number => (name.startsWith(first) ? 0 : 1)
  const found = options
    .map((option) => ({ option, name: `${option.label} ${option.id}`.toLowerCase() }))
    .filter(({ name }) => words.every((word) => name.includes(word)))
  // Without a text the order is the caller's.
  if (first) found.sort((a, b) => rank(a.name) - rank(b.name))
  return { shown: found.slice(0, most).map(({ option }) => option), more: Math.max(0, found.length - most) }
}
