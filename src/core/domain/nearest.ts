/** Number of single-character edits (insert, delete, replace) between two words: Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replace))
    }
    row = next
  }
  return row[b.length]!
}

/** Longer than any name that is known, with as many edits as are forgiven; and comparing takes the time of both lengths. */
const MAX_WORD = 128

/** The known name that a mistyped one most likely meant, or null where nothing is close (over 40 % edits). */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > MAX_WORD) return null
  const plain = (s: string) => s.toLowerCase().replace(/[^a-z0-9]/g, '')
  let best: string | null = null
  let least = Infinity
  for (const candidate of known) {
    const edits = distance(plain(word), plain(candidate))
    if (edits < least) [best, least] = [candidate, edits]
  }
  return least <= Math.max(1, Math.floor(word.length * 0.4)) ? best : null
}
