import { formatCount, MISSING } from '../../core/domain/format'
import type { Readout, ReadoutValue, ValueFormat } from './types'
import { valueText } from './value-text'

/** A column of a readout table: the values of one panel. */
export interface ReadoutColumn {
  panel: string
  label: string
}

export interface ReadoutCell {
  text: string
  nonFinite: boolean
}

export interface ReadoutRow {
  series: string
  first: ReadoutValue
  cells: ReadoutCell[]
  /** "NaN since step 137" where the value sorted by is not a number there. */
  nonFiniteSince: number | null
}

/** Which value of a line counts: the smoothed one where the line is smoothed. */
export const shownValue = ({ smooth, value }: ReadoutValue): number | null => smooth ?? value

export function cellText(entry: ReadoutValue | undefined): ReadoutCell {
  const value = entry && shownValue(entry)
  if (!entry || value === null || value === undefined) return { text: MISSING, nonFinite: false }
  return { text: valueText(value, entry.format), nonFinite: !Number.isFinite(value) }
}

const descending = (format: ValueFormat): boolean => format === 'percent' || format === 'rate'

/** One row a series, best first by the hovered panel, else by the first column; what has no number there comes last. */
export function readoutRows({ values, panel }: Readout, columns: readonly ReadoutColumn[]): ReadoutRow[] {
  const by = columns.find((column) => column.panel === panel)?.panel ?? columns[0]?.panel
  const groups = new Map<string, ReadoutValue[]>()
  for (const value of values) groups.set(value.series, [...(groups.get(value.series) ?? []), value])
  const rows = [...groups].map(([series, entries]) => {
    const at = (id: string | undefined) => entries.find((entry) => entry.panel === id)
    const key = at(by)
    const value = key ? shownValue(key) : null
    return {
      key: value === null || !Number.isFinite(value) ? NaN : key && descending(key.format) ? -value : value,
      row: {
        series,
        first: entries[0]!,
        cells: columns.map((column) => cellText(at(column.panel))),
        nonFiniteSince: entries.find((entry) => entry.nonFiniteSince !== null)?.nonFiniteSince ?? null,
      },
    }
  })
  const last = (key: number) => (Number.isNaN(key) ? Infinity : key)
  return rows.sort((a, b) => last(a.key) - last(b.key) || 0).map(({ row }) => row)
}

/** "Step 2 814", with its epoch where the length of one is known. */
export function readoutTitle({ x }: Readout, axis: { kind: string; epoch?: number }): { title: string; sub: string } {
  if (axis.kind !== 'step') return { title: '', sub: '' }
  return { title: `Step ${formatCount(x)}`, sub: axis.epoch ? `epoch ${(x / axis.epoch).toFixed(2)}` : '' }
}
