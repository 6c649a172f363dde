/** A number as Python and JavaScript both read it back to the last bit, and as a float: 1.0, 0.1, 1e-07 as 1e-7. */
export function real(x: number): string {
  const text = String(x)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

/** A whole number, as counts and lengths are. */
export const whole = (x: number): string => String(x)

/** A length that is whole where it can be. */
export const length = (x: number): string => (Number.isInteger(x) ? whole(x) : real(x))

// Line ends of either language, control characters, and marks that reorder text on screen so that a comment looks like code.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu

/** Text of a user's, quoted and on one line, so that in a comment it stays a comment. */
export const quoted = (text: string): string =>
  JSON.stringify(text).replace(UNSAFE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Lines one level deeper; empty ones stay empty. */
export const indented = (lines: readonly string[], by = '    '): string[] =>
  lines.map((line) => (line === '' ? '' : by + line))

/** Words as lines of a comment, broken at spaces. */
export function comment(words: string, mark: '#' | '//', width = 110): string[] {
  const lines: string[] = []
  let line: string = mark
  for (const word of words.split(' ')) {
    if (line.length + word.length + 1 > width && line !== mark) {
      lines.push(line)
      line = mark
    }
    line += ` ${word}`
  }
  return [...lines, line]
}

/** A call in Python or JavaScript: on one line where it fits, otherwise an argument a line. */
export function call(name: string, given: readonly string[], width = 110): string[] {
  const line = `${name}(${given.join(', ')})`
  return line.length <= width ? [line] : [`${name}(`, ...indented(given.map((each) => `${each},`)), ')']
}
