import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { batchOrder } from '../../src/core/engine/train/batches'
import { placesFor, ringIn, ringMemory } from '../../src/core/engine/train/batch-ring'

const HOOKS = pathToFileURL(join(import.meta.dirname, '../storage/support/typescript-hooks.mjs')).href
const CHILD = join(import.meta.dirname, 'support/feed-child.ts')

/** Threads load files, not what the tests' runner makes of them: a process of its own. */
async function feed(first: number, enough: number) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    HOOKS,
    CHILD,
    String(first),
    String(enough),
    '30000',
  ])
  return JSON.parse(stdout) as { batches: number; ready: number; differing: number; last: number; plainReady: number }
}

describe('batches that a thread prepares', () => {
  it.each([0, 1, 1003])(
    'from batch %i on are those made on the spot, to the last bit, smaller last ones too',
    async (first) => {
      const { batches, ready, differing, last, plainReady } = await feed(first, 200)
      expect(ready).toBeGreaterThanOrEqual(200)
      expect(differing).toBe(0)
      expect(last).toBeGreaterThanOrEqual(Math.floor(batches / 16) - 1)
      expect(last).toBeGreaterThan(0)
      expect(plainReady).toBe(0)
    },
  )
})

describe('the order of batches', () => {
  it('takes each sample once an epoch, and any batch may be asked for first', () => {
    const order = batchOrder(10, 4, 3)
    const epoch = (n: number) => [0, 1, 2].map((k) => [...order(3 * n + k)])
    const [first, second] = [epoch(0), epoch(1)]
    expect(first.map((batch) => batch.length)).toEqual([4, 4, 2])
    expect(first.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(second).not.toEqual(first)
    expect([...batchOrder(10, 4, 3)(4)]).toEqual(second[1])
    expect(epoch(0)).toEqual(first)
  })
})

describe('the memory of batches', () => {
  it.each([
    { samples: 64, size: 784, targets: 0 },
    { samples: 7, size: 3, targets: 2 },
  ])('of %j has places that do not overlap', (sizes) => {
    const { control, places } = ringIn(ringMemory(sizes), sizes)
    places.forEach(({ inputs, labels, targets }, i) => {
      inputs.fill(i)
      labels.fill(i)
      targets?.fill(i)
    })
    expect(control.every((value) => value === 0)).toBe(true)
    expect(places).toHaveLength(32)
    places.forEach(({ inputs, labels, targets }, i) => {
      expect([inputs.length, labels.length, targets?.length ?? 0]).toEqual([
        sizes.samples * sizes.size,
        sizes.samples,
        sizes.samples * sizes.targets,
      ])
      expect([...inputs, ...labels, ...(targets ?? [])].every((value) => value === i)).toBe(true)
    })
  })
  it('is bounded: few places for large batches, none for huge ones', () => {
    expect(placesFor({ samples: 64, size: 224 * 224 * 3, targets: 0 })).toBe(1)
    expect(placesFor({ samples: 64, size: 64 * 64 * 3, targets: 0 })).toBe(21)
  })
})
