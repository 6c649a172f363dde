import { AppError } from '../errors'
import type { RunRow } from '../run'

/** What is changed of many runs at once; what is absent stays. */
export interface RunChange {
  name?: string
  notes?: string
  hidden?: boolean
  pinned?: boolean
  colour?: number | null
  group?: string
  addTags?: readonly string[]
  removeTags?: readonly string[]
}

export type RunPatchOf = Pick<RunChange, 'name' | 'notes' | 'hidden' | 'pinned' | 'colour' | 'group'> & {
  tags?: string[]
}

/** Tags of a run. */
const MAX_TAGS = 64

/**
 * The change of each run by its id. Tags that a run has keep their place; new ones come behind them; removing one that it
 * has not got is no mistake, since of many runs some have it.
 *
 * @throws AppError `input.invalid` where a run would have more than 64 tags
 */
export function changesOf(
  rows: readonly RunRow[],
  { addTags = [], removeTags = [], ...change }: RunChange,
): Map<string, RunPatchOf> {
  const retags = addTags.length > 0 || removeTags.length > 0
  return new Map(
    rows.map((row) => {
      if (!retags) return [row.id, change]
      const tags = [...new Set([...row.tags, ...addTags])].filter((tag) => !removeTags.includes(tag))
      if (tags.length > MAX_TAGS) throw tooMany(row, tags.length)
      return [row.id, { ...change, tags }]
    }),
  )
}

const tooMany = ({ id, name }: RunRow, n: number): AppError =>
  new AppError('input.invalid', `Run ${id} (${name}) would have ${n} tags; at most ${MAX_TAGS} are allowed`, {
    field: 'addTags',
    got: `${n} tags`,
    allowed: `at most ${MAX_TAGS} tags`,
    run: id,
  })
