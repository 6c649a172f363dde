import { fieldOf } from '../../../core/domain/filter/fields'
import type { RunRow } from '../../../core/domain/run'
import type { RunColour } from '../../charts/run-colour'
import type { ChartSeries } from '../../charts/types'
import type { ChosenRun } from './chosen-run'
import { BY_SEED, type CompareState } from './compare-state'

/** What the charts draw as one: a chosen run with its replicates, or all runs that share a value of a field. */
export interface Drawn {
  id: string
  letter: string
  label: string
  colour: RunColour
  runs: readonly RunRow[]
  emphasis: NonNullable<ChartSeries['emphasis']>
}

/** Text of a field's value, for keys and legends; runs without one share "none". */
export function valueText(row: RunRow, field: string): string {
  const value = reader(field)(row)
  if (value === null || value === undefined || value === '') return 'none'
  return Array.isArray(value) ? value.join(', ') || 'none' : String(value)
}

/** Reads a field; an unknown one has no value anywhere. */
function reader(field: string): (row: RunRow) => unknown {
  try {
    return fieldOf(field, 0).read
  } catch {
    return () => undefined
  }
}

/** Place of each chosen run's value among the different values of a field, in the order in which they come. */
export function valuePlaces(chosen: readonly Pick<ChosenRun, 'id' | 'row'>[], field: string): Map<string, number> {
  const values = [...new Set(chosen.map(({ row }) => valueText(row, field)))]
  return new Map(chosen.map(({ id, row }) => [id, values.indexOf(valueText(row, field))]))
}

/** Colours and dashes by the values of fields, where the state says so; a run's own else. */
export function styled(chosen: readonly ChosenRun[], state: Pick<CompareState, 'colourBy' | 'dashBy'>): ChosenRun[] {
  const colours = state.colourBy === null ? null : valuePlaces(chosen, state.colourBy)
  const dashes = state.dashBy === null ? null : valuePlaces(chosen, state.dashBy)
  return chosen.map((one) => ({
    ...one,
    colour: {
      run: colours ? colours.get(one.id)! + 1 : one.colour.run,
      ...(dashes && { dash: (dashes.get(one.id)! % 3) as 0 | 1 | 2 }),
    },
  }))
}

/** What is drawn as one line with a band, in order. */
export function drawnOf(
  chosen: readonly ChosenRun[],
  state: Pick<CompareState, 'band' | 'bandBy'>,
  marked: { focused: string | null; matching: ReadonlySet<string> | null },
): Drawn[] {
  const emphasisOf = (ids: readonly string[]): Drawn['emphasis'] => {
    if (marked.focused !== null) return ids.includes(marked.focused) ? 'focus' : 'dim'
    return marked.matching && !ids.some((id) => marked.matching!.has(id)) ? 'dim' : 'normal'
  }
  if (state.band === 'off' || state.bandBy === BY_SEED) {
    return chosen.map(({ id, letter, name, colour, replicates }) => ({
      id,
      letter,
      label: name,
      colour,
      runs: replicates,
      emphasis: emphasisOf([id]),
    }))
  }
  const groups = Map.groupBy(chosen, ({ row }) => valueText(row, state.bandBy))
  return [...groups].map(([value, members]) => ({
    id: `${state.bandBy} = ${value}`,
    letter: members.map(({ letter }) => letter).join(''),
    label: `${state.bandBy} = ${value}`,
    colour: members[0]!.colour,
    runs: members.flatMap(({ replicates }) => replicates),
    emphasis: emphasisOf(members.map(({ id }) => id)),
  }))
}
