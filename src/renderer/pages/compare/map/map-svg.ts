import { FONT, labelWidth, type PictureBody, type PictureTheme, write } from '../../../export/picture'
import { type Cell, cellLooks, divergedWords } from './rate-batch-cells'

/** The map as it is to be saved, larger batches above. */
export interface MapDrawing {
  title: string
  note: string
  rows: readonly (readonly Cell[])[]
  shades: ReadonlyMap<Cell, number>
  /** Words for a range of rates and for a cell's value, and the letters of the chosen runs in it. */
  rate: (rate: Cell['rate']) => string
  text: (value: number) => string
  letters: (cell: Cell) => string
}

const CELL = { width: 92, height: 40, gap: 2 }
const LEFT = 52
const FOOT = 22
const HATCH =
  '<pattern id="hatch" width="8" height="8" patternTransform="rotate(45)" patternUnits="userSpaceOnUse"><path d="M2 0V8" stroke-width="4"'

/** The map of peak rates and batch sizes as the body of a picture. */
export function mapBody(
  { title, note, rows, shades, rate, text, letters }: MapDrawing,
  theme: PictureTheme,
): PictureBody {
  const rates = rows[0]?.map((cell) => cell.rate) ?? []
  const wide = Math.max(CELL.width, ...rates.map((one) => labelWidth(rate(one)) + 8))
  const height = rows.length * CELL.height + FOOT
  const at = (column: number) => LEFT + column * wide
  const label = (words: string, x: number, y: number, fill: string, more = '') =>
    write(words, x, y, `font-size="${FONT.label}" text-anchor="middle" fill="${fill}"${more}`)
  return {
    title,
    notes: [`${note}; ×: diverged, dashed: some did, hatched: all did`],
    legend: [],
    width: LEFT + rates.length * wide,
    height,
    content: [
      `${HATCH} stroke="${theme.divergedTint}"/></pattern>`,
      ...rows.flatMap((row, r) => [
        label(String(row[0]!.batch), LEFT / 2, r * CELL.height + 24, theme.axis),
        ...row.map((cell, c) => {
          const [x, y] = [at(c), r * CELL.height]
          const { background, color } = cellLooks(shades.get(cell), theme)
          const lost = cell.runs.length > 0 && cell.diverged === cell.runs.length
          const fill = lost ? 'url(#hatch)' : (background ?? 'none')
          const border = cell.diverged
            ? `stroke="${theme.diverged}" stroke-width="2" stroke-dasharray="5 3"`
            : `stroke="${theme.grid}"`
          const ink = lost ? theme.diverged : (color ?? theme.text)
          const value = Number.isFinite(cell.value) ? text(cell.value) : divergedWords(cell) || 'none'
          const lostText = cell.diverged && Number.isFinite(cell.value) ? `, ${cell.diverged} ×` : ''
          const middle = x + wide / 2
          return [
            `<rect x="${x + 1}" y="${y + 1}" width="${wide - CELL.gap}" height="${CELL.height - CELL.gap}" rx="3" fill="${fill}" ${border}/>`,
            ...(cell.runs.length
              ? [
                  label(value, middle, y + 17, ink, ' font-weight="600"'),
                  label(`${cell.runs.length}${lostText} ${letters(cell)}`.trim(), middle, y + 31, ink),
                ]
              : []),
          ].join('')
        }),
      ]),
      ...rates.map((one, c) => label(rate(one), at(c) + wide / 2, height - 6, theme.lr)),
    ],
    x: { name: 'Peak LR', at: LEFT + (rates.length * wide) / 2 },
    y: { name: 'Batch', at: (rows.length * CELL.height) / 2 },
  }
}
