// Opens a workspace and appends batches of one run until it is killed; prints what is acknowledged after each commit.
import { writeSync } from 'node:fs'
import { createRng } from '../../../src/core/domain/rng'
import { openWorkspace } from '../../../src/core/storage/open'
import { METRICS, valueAt } from './written-values'

const [dir, seed, run] = process.argv.slice(2) as [string, string, string]
const storage = openWorkspace(dir, { now: () => Number(seed) })
const rng = createRng(Number(seed), 'batches')
let step = storage.metrics.tail(run, 'x', 0, 1e9).steps.length
for (;;) {
  const n = 1 + rng.int(400)
  const data = new Float64Array(n * (2 + METRICS.length))
  for (let i = 0; i < n; i++) {
    data[i] = step + i
    data[n + i] = i
    METRICS.forEach((_, j) => (data[(2 + j) * n + i] = valueAt(step + i, j)))
  }
  step += n
  storage.metrics.append(run, [{ track: 'update', metrics: METRICS, n, data }], step)
  // Straight to the pipe: what is printed was committed, and nothing printed waits in a buffer of the process.
  writeSync(1, `${step}\n`)
}
