import { extent, type NonFiniteRun, nonFiniteStretches } from '../../domain/stats/decimate'
import { readable, type WritableDb } from '../database'

type Row = NonFiniteRun & { ord0: number }

/** Every run of consecutive NaN or infinite points, so that marks are drawn from a list and never depend on a zoom. */
export function openNonFinite(db: WritableDb) {
  const read = readable(db)
  const columns = 'ord0, count, from_step AS "from", to_step AS "to", kind'
  const last = read.query<Row>(`SELECT ${columns} FROM non_finite WHERE metric = ? ORDER BY ord0 DESC LIMIT 1`)
  const overlapping = read.query<Row>(
    `SELECT ${columns} FROM non_finite WHERE metric = ? AND from_step <= ? AND to_step >= ? ORDER BY ord0`,
  )
  const put = db.prepare(
    'INSERT OR REPLACE INTO non_finite (metric, ord0, count, from_step, to_step, kind) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const remove = db.prepare('DELETE FROM non_finite WHERE metric = ? AND ord0 >= ?')
  return {
    /** Forgets the points from an ordinal on; `read` gives points that stay, of a run that is cut in two. */
    cut(
      metric: number,
      ordinal: number,
      read: (ordinal: number, count: number) => { steps: Float64Array; values: Float64Array },
    ): void {
      remove.run(metric, ordinal)
      const before = last.get(metric)
      if (!before || before.ord0 + before.count <= ordinal) return
      const { steps, values } = read(before.ord0, ordinal - before.ord0)
      const [from, to] = extent(steps)
      put.run(metric, before.ord0, steps.length, from, to, nonFiniteStretches(values)[0]!.kind)
    },

    /** Notes the non-finite points of a batch; a run that the last batch ended with goes on. */
    add(metric: number, ordinal: number, steps: Float64Array, values: Float64Array): void {
      for (const { start, end, kind } of nonFiniteStretches(values)) {
        const [from, to] = extent(steps.subarray(start, end))
        const before = start === 0 ? last.get(metric) : undefined
        if (before && before.ord0 + before.count === ordinal) {
          const joined = before.kind === kind ? kind : 'mixed'
          const count = before.count + end - start
          put.run(metric, before.ord0, count, Math.min(before.from, from), Math.max(before.to, to), joined)
        } else put.run(metric, ordinal + start, end - start, from, to, kind)
      }
    },

    /** Runs that touch the steps from `from` to `to`. */
    within(metric: number, from: number, to: number): NonFiniteRun[] {
      return overlapping.all(metric, to, from).map(({ from, to, count, kind }) => ({ from, to, count, kind }))
    },
  }
}
