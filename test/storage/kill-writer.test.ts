import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { startChild } from './support/child'
import { newFolder, newRun, open } from './support/workspace'
import { METRICS, valueAt } from './support/written-values'

/** Lets a writer go until it has acknowledged about `batches` batches, then kills it; the last acknowledged step. */
async function writeAndKill(dir: string, seed: number, batches: number): Promise<number> {
  const writer = startChild('write-forever.ts', dir, String(seed), 'a')
  let acknowledged = 0
  for (let seen = 0; seen < batches; seen++) acknowledged = Number(await writer.nextLine())
  await writer.kill()
  return acknowledged
}

describe('a writer killed with SIGKILL in the middle of writing', () => {
  it.each([1, 2, 3, 4, 5])('leaves every acknowledged step and whole batches only (seed %i)', async (seed) => {
    const dir = newFolder()
    const rng = createRng(seed, 'kills')
    const first = open(dir)
    first.runs.create(newRun('a'))
    first.runs.setStatus('a', 'running')
    first.close()

    // Killed twice: the second writer goes on from what the first one left.
    for (const round of [1, 2]) {
      const acknowledged = await writeAndKill(dir, 10 * seed + round, 1 + rng.int(60))
      const storage = open(dir)
      expect(storage.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0 })
      const { steps } = storage.runs.get('a')
      expect(steps).toBeGreaterThanOrEqual(acknowledged)
      METRICS.forEach((metric, j) => {
        const series = storage.metrics.series('a', metric)
        expect(series.values.length).toBe(steps)
        const wrong = series.values.findIndex((value, i) => !Object.is(value, valueAt(i, j)) || series.steps[i] !== i)
        expect(wrong).toBe(-1)
        expect(storage.metrics.summaries('a')[metric]).toMatchObject({ count: steps, lastStep: steps - 1 })
      })
      storage.close()
    }
    const storage = open(dir)
    expect(storage.runs.interruptLive('the process died', 5)).toEqual(['a'])
    expect(storage.runs.get('a')).toMatchObject({ status: 'interrupted', reason: 'the process died', endedAt: 5 })
    expect(storage.check().integrity).toBe('ok')
  })
})
