import { expect, it } from 'vitest'
import { LINE_FIELDS, linesText } from '../../src/cli/run-lines'
import { buildTable } from '../../src/core/domain/table/build-table'
import { runRow, summaryOf } from '../domain/rows'

const run = (seed: number, best: number, change = {}) =>
  runRow(
    {
      id: `id${seed}`,
      name: `r ${seed}`,
      createdAt: seed,
      metrics: { 'validation/accuracy': summaryOf(best), 'train/loss': summaryOf(seed === 3 ? NaN : 0.5) },
      ...change,
    },
    { seed },
  )
const rows = [
  run(1, 0.9),
  run(2, 0.92),
  run(3, NaN, { status: 'diverged', divergedAt: 40 }),
  runRow({ id: 'lone', name: 'lone', createdAt: 9 }, { schedule: { kind: 'constant', lr: 0.1 } }),
]

it('groups are headings with their summaries, seeds a line with mean, spread and of how many', () => {
  const fields = ['id', 'name', 'status', 'seed', 'validation/accuracy.best', 'train/loss.last', 'tags']
  const { lines } = buildTable(rows, { groupBy: ['schedule'], fold: true, fields })
  expect(linesText(lines, fields, Infinity).split('\n')).toEqual([
    'id      name  status           seed  validation/accuracy.best       train/loss.last  tags',
    'schedule.kind constant (1 run)',
    'lone    lone  finished            0                         –                     –',
    'schedule.kind one-cycle (3 runs, 1 diverged; best 92.00 %, median 91.00 %)',
    '3 runs  r 2   1 of 3 diverged     –     91.00 % ± 1.41 % of 2  0.5000 ± 0.0000 of 2',
    '',
  ])
})

it('runs are a line each with the columns that are named', () => {
  const fields = ['name', 'status', 'lr', 'duration', 'validation/accuracy.bestStep', 'train/loss.last']
  const { lines } = buildTable(rows, { fields, sort: { column: 'seed', descending: true }, limit: 1 })
  expect(linesText(lines, fields, 80).split('\n')[1]).toMatch(/^r 3 {3}diverged at 40 .*0\.400 .*3.*s.*NaN$/)
  expect(() => linesText(buildTable(rows, { fields: LINE_FIELDS }).lines, LINE_FIELDS, 20)).not.toThrow()
})
