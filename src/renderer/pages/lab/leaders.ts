import { textWidth } from '../../charts/labels'

/** A rule's dashed line: where its words stand, from there down to its point on the curve. */
export interface Leader<Key extends string = string> {
  key: Key
  name: string
  number: string
  x: number
  /** Point on the curve. */
  y: number
}
export interface PlacedLeader<Key extends string = string> extends Leader<Key> {
  textX: number
  textY: number
  anchor: 'start' | 'middle' | 'end'
}

const ROW = 16
const GAP = 10

/** Words in rows under the top of the plot: each in the first row where it touches no other, kept inside the plot. */
export function placeLeaders<Key extends string>(
  leaders: readonly Leader<Key>[],
  plot: { left: number; right: number; top: number },
): PlacedLeader<Key>[] {
  const rows: { left: number; right: number }[][] = []
  return [...leaders]
    .sort((a, b) => a.x - b.x)
    .map((leader) => {
      const width = textWidth(`${leader.name} ${leader.number}`) + 4
      const middle = Math.min(plot.right - width / 2, Math.max(plot.left + width / 2, leader.x))
      const [left, right] = [middle - width / 2, middle + width / 2]
      const touches = (one: { left: number; right: number }) => left < one.right + GAP && one.left < right + GAP
      let row = rows.findIndex((taken) => !taken.some(touches))
      if (row < 0) row = rows.push([]) - 1
      rows[row]!.push({ left, right })
      return { ...leader, textX: middle, textY: plot.top + 12 + row * ROW, anchor: 'middle' as const }
    })
}
