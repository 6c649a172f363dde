import { AppError } from '../../domain/errors'
import type { Checkpoint } from './read-checkpoint'
import type { StateEntry } from './state'

const MOST_SHOWN = 3

const describe = ({ type, shape }: { type: string; shape: readonly number[] }): string =>
  `${type} [${shape.join(', ')}]`

/**
 * Puts a checkpoint's values in place of those that a model and its optimizer have now: all of them, or none.
 * @throws AppError `checkpoint.invalid` where it is of another model or optimizer; names what differs
 */
export function restore(state: readonly StateEntry[], { file, arrays }: Checkpoint): void {
  const saved = new Map(arrays.map((array) => [array.name, array]))
  const known = new Set(state.map(({ name }) => name))
  const differences = [
    ...state.flatMap((entry) => {
      const array = saved.get(entry.name)
      if (!array) return [`it lacks ${entry.name}`]
      const [here, there] = [describe(entry), describe(array)]
      return here === there ? [] : [`${entry.name} is ${there} there and ${here} in this run`]
    }),
    ...arrays.filter(({ name }) => !known.has(name)).map(({ name }) => `it has ${name}, which this run has not`),
  ]
  if (differences.length) {
    const more = differences.length - MOST_SHOWN
    throw new AppError(
      'checkpoint.invalid',
      `The checkpoint ${file} is of another model or optimizer: ${differences.slice(0, MOST_SHOWN).join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
      { field: 'checkpoint', got: file, differences },
    )
  }
  for (const entry of state) entry.write(saved.get(entry.name)!.values)
}
