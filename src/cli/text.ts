// C0, C1 and the marks that turn the direction of text: names come from files and must not drive the terminal.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Text that cannot move the cursor or change the terminal: control characters become "�", except those in `keep`. */
export const printable = (text: string, keep = ''): string =>
  text.replace(UNPRINTABLE, (character) => (keep.includes(character) ? character : '�'))

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

// East Asian wide and fullwidth blocks (UAX 11) and pictographs that terminals draw two columns wide.
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u

const columnsOf = (grapheme: string): number => (WIDE.test(grapheme) ? 2 : 1)

const PLAIN = /^[\u0000-\u02ff]*$/

/** Columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length
  let columns = 0
  for (const { segment } of graphemes.segment(text)) columns += columnsOf(segment)
  return columns
}

/** Cuts a text to `width` columns, with "…" where something is missing. */
export function fit(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  if (width < 1) return ''
  let kept = ''
  let columns = 1
  for (const { segment } of graphemes.segment(text)) {
    columns += columnsOf(segment)
    if (columns > width) break
    kept += segment
  }
  return `${kept}…`
}

/** Pads a text to `width` columns. */
export const pad = (text: string, width: number, align: 'left' | 'right' = 'left'): string => {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'left' ? text + space : space + text
}
