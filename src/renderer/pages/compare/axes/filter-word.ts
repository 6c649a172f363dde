/** What the filter language reads as something else than a plain word. */
const SPECIAL = /[\s()[\],=!<>~"']/
const JOINTS = new Set(['and', 'or', 'not', 'in', 'has'])
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/**
 * A field or a value as the filter language writes it, quoted where it must be. A text that reads as a number stays
 * bare where the number is written like this: then it stands for both.
 */
export function filterWord(word: string): string {
  const plain = word !== '' && !SPECIAL.test(word) && !JOINTS.has(word.toLowerCase())
  if (plain && (!NUMBER.test(word) || String(Number(word)) === word)) return word
  return `"${word.replace(/["\\]/g, '\\$&')}"`
}
