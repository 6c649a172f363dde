import type { RunRow } from '../../../core/domain/run'
import type { RunSpec } from '../../../core/domain/spec/run-spec'

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Fewer updates than this are mostly start-up. */
const ENOUGH = 20

/**
 * How long a run will take, in ms: as its updates took in the newest run of the same work on the same engine; null
 * where there is none, for a guess would be no measurement.
 */
export function estimateOf(spec: RunSpec, steps: number, rows: readonly RunRow[]): { ms: number; like: string } | null {
  const alike = (row: RunRow) =>
    row.startedAt !== null &&
    row.endedAt !== null &&
    row.steps >= ENOUGH &&
    !row.spec.rangeTest &&
    row.spec.batchSize === spec.batchSize &&
    row.spec.engine === spec.engine &&
    row.spec.threads === spec.threads &&
    same(row.spec.model, spec.model) &&
    row.spec.dataset.kind === spec.dataset.kind &&
    row.spec.optimizer.kind === spec.optimizer.kind
  const [newest] = rows.filter(alike).sort((a, b) => b.createdAt - a.createdAt)
  if (!newest) return null
  return { ms: ((newest.endedAt! - newest.startedAt!) / newest.steps) * steps, like: newest.name }
}
