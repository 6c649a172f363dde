import { linearTicks } from '../../../charts/ticks'
import { colourOf } from '../../../charts/theme'
import { fittedLabel, FONT, labelWidth, type PictureBody, type PictureTheme, write } from '../../../export/picture'
import type { FieldFormat } from '../../../run-table/field-text'
import { tickTexts } from '../axes/field-words'
import { barShare, type ListedBar } from './replicate-values'

/** Bars as they are to be saved: each with its name and its words, over an axis. */
export interface BarsDrawing {
  title: string
  note: string
  /** What the axis shows. */
  axis: string
  rows: readonly ListedBar[]
  range: { from: number; to: number }
  format: FieldFormat
}

const ROW = 24
const WIDTH = { bars: 420, name: 220, words: 300 }
const FOOT = 22
const GAP = 10

/** Bars as the body of a picture. */
export function barsBody({ title, note, axis, rows, range, format }: BarsDrawing, theme: PictureTheme): PictureBody {
  const nameOf = ({ run }: ListedBar) => fittedLabel(`${run.letter} ${run.name}`, WIDTH.name)
  const left = Math.max(...rows.map((row) => labelWidth(nameOf(row))), 60) + GAP
  const words = Math.min(WIDTH.words, Math.max(...rows.map((row) => labelWidth(row.words)), 60))
  const height = rows.length * ROW + FOOT
  const at = (value: number) => left + WIDTH.bars * barShare(value, range)
  const ticks = linearTicks(range.from, range.to, 5)
  const texts = tickTexts(ticks, format, 'linear')
  const label = (words: string, x: number, y: number, anchor: string, fill: string) =>
    write(words, x, y, `font-size="${FONT.label}" text-anchor="${anchor}" fill="${fill}"`)
  return {
    title,
    notes: [note],
    legend: [],
    width: left + WIDTH.bars + GAP + words,
    height,
    content: [
      `<path d="${ticks.map((tick) => `M${at(tick)} 0V${height - FOOT}`).join('')}" stroke="${theme.grid}"/>`,
      ...ticks.map((tick, i) => label(texts[i]!, at(tick), height - 6, 'middle', theme.axis)),
      ...rows.flatMap((row, i) => {
        const y = i * ROW
        return [
          label(nameOf(row), 4, y + 16, 'start', theme.text),
          ...barSvg(row, y, at, left, theme),
          label(
            fittedLabel(row.words, words),
            left + WIDTH.bars + GAP,
            y + 16,
            'start',
            row.alarm ? theme.diverged : theme.text,
          ),
        ]
      }),
      `<path d="M${left} 0V${height - FOOT}" stroke="${theme.axis}"/>`,
    ],
    x: { name: axis, at: left + WIDTH.bars / 2 },
  }
}

function barSvg(
  { run, mean, std, values }: ListedBar,
  top: number,
  at: (value: number) => number,
  left: number,
  theme: PictureTheme,
): string[] {
  if (!Number.isFinite(mean)) return []
  const middle = top + 12
  const [low, high] = [at(mean - std), at(mean + std)]
  return [
    `<rect x="${left}" y="${middle - 5}" width="${Math.max(0, at(mean) - left)}" height="10" fill="${colourOf(run.colour, theme)}" fill-opacity="0.78"/>`,
    ...(std > 0
      ? [`<path d="M${low} ${middle}H${high}M${low} ${middle - 4}v8M${high} ${middle - 4}v8" stroke="${theme.text}"/>`]
      : []),
    ...(values.length > 1
      ? values
          .filter(({ value }) => Number.isFinite(value))
          .map(
            ({ value }) =>
              `<circle cx="${at(value)}" cy="${middle}" r="2.5" fill="${theme.panel}" stroke="${theme.text}"/>`,
          )
      : []),
  ]
}
