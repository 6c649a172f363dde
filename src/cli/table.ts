import { fit, pad, printable, textWidth } from './text'

export interface Column {
  head: string
  align?: 'left' | 'right'
  /** May be cut with "…" down to this many columns where the table is wider than the terminal. */
  least?: number
  /** Left out where the table is still too wide; the highest number goes first. */
  drop?: number
}

const GAP = '  '

/**
 * An aligned plain-text table that fits `width` columns: text columns that allow it are cut first, then columns that
 * may be dropped go. Cells hold one line each; control characters are made visible.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string {
  const cells = rows.map((row) => row.map((cell) => printable(cell)))
  const natural = columns.map(({ head }, i) => Math.max(textWidth(head), ...cells.map((row) => textWidth(row[i]!))))
  const shown = keepFitting(columns, natural, width)
  const widths = shrink(columns, natural, shown, width)
  const line = (row: readonly string[]) =>
    shown
      .map((i) => pad(fit(row[i]!, widths[i]!), widths[i]!, columns[i]!.align))
      .join(GAP)
      .trimEnd()
  return [columns.map(({ head }) => head), ...cells].map((row) => `${line(row)}\n`).join('')
}

const total = (shown: readonly number[], widths: readonly number[]) =>
  shown.reduce((sum, i) => sum + widths[i]!, 0) + GAP.length * Math.max(0, shown.length - 1)

const leastWidth = ({ least }: Column, natural: number) => (least === undefined ? natural : Math.min(least, natural))

function keepFitting(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const least = columns.map((column, i) => leastWidth(column, natural[i]!))
  let shown = columns.map((_, i) => i)
  while (total(shown, least) > width) {
    const goes = Math.max(...shown.map((i) => columns[i]!.drop ?? 0))
    if (goes === 0) break
    shown = shown.filter((i) => columns[i]!.drop !== goes)
  }
  return shown
}

/** Takes columns from the widest that may shrink, until the table fits. */
function shrink(columns: readonly Column[], natural: readonly number[], shown: readonly number[], width: number) {
  const widths = [...natural]
  for (let over = total(shown, widths) - width; over > 0; over--) {
    let widest = -1
    for (const i of shown)
      if (widths[i]! > leastWidth(columns[i]!, natural[i]!) && (widest < 0 || widths[i]! > widths[widest]!)) widest = i
    if (widest < 0) break
    widths[widest]!--
  }
  return widths
}
