import { median } from '../measure'

/** A row of the table of figures. */
export type FigureRow = (string | number)[]

export const HEAD: FigureRow = ['figure', 'median', 'limit', 'all']

/** Median and all values of one figure, in whole ms. */
export const figure = (what: string, times: readonly number[], limit: string): FigureRow => [
  what,
  Math.round(median(times)),
  limit,
  times
    .map(Math.round)
    .sort((a, b) => a - b)
    .join(' '),
]

/** The same many times, one after the other. */
export async function rounds(count: number, action: (round: number) => Promise<number>): Promise<number[]> {
  const times: number[] = []
  for (let round = 0; round < count; round++) times.push(await action(round))
  return times
}
