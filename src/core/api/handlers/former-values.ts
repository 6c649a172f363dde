import { AppError } from '../../domain/errors'
import type { RunRow } from '../../domain/run'
import type { RunPatch } from '../../storage/types'

type Patches = ReadonlyMap<string, RunPatch>

/** So many changes can be taken back, the last ones. */
const MOST = 50

/** What runs were before the last changes, so that each can be taken back whoever made it and however many it was of. */
export interface FormerValues {
  /** Keeps what patches are about to change of rows; gives the name to take it back by. */
  keep(rows: readonly RunRow[], patches: Patches): string
  /** What puts everything back. @throws AppError `input.invalid` where that is not known any more */
  of(name: string): Patches
}

/** @param since ms since the epoch: names of an earlier program on the same workspace mean nothing to this one */
export function formerValues(since: number): FormerValues {
  const kept = new Map<string, Patches>()
  let count = 0
  return {
    keep(rows, patches) {
      const name = `${since}-${++count}`
      const former = (row: RunRow) =>
        Object.fromEntries(Object.keys(patches.get(row.id) ?? {}).map((key) => [key, row[key as keyof RunRow]]))
      kept.set(name, new Map(rows.map((row) => [row.id, former(row) as RunPatch])))
      if (kept.size > MOST) kept.delete(kept.keys().next().value!)
      return name
    },
    of(name) {
      const patches = kept.get(name)
      if (patches) return patches
      throw new AppError('input.invalid', 'This change can no longer be taken back', {
        field: 'undo',
        got: name,
        allowed: `one of the last ${MOST} changes since Anneal was started`,
      })
    },
  }
}
