import { describe, expect, it } from 'vitest'
import { taskBreaks } from '../../src/core/api/task-breaks'
import { ofKnownRuns } from '../../src/core/api/handlers/known-runs'

/** Keeps the thread busy for some ms, as reading a long series does. */
const busy = (ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end;);
}

describe('a long task', () => {
  it('lets what waits have its turn between its pieces', async () => {
    const order: string[] = []
    setTimeout(() => order.push('other'), 1)
    await ofKnownRuns([{ run: 'a' }, { run: 'b' }, { run: 'c' }], taskBreaks(), ({ run }) => {
      busy(15)
      order.push(run)
    })
    expect(order.indexOf('other')).toBeGreaterThan(0)
    expect(order.indexOf('other')).toBeLessThan(3)
  })
  it('gives what follows it, putting a large answer into bytes, a turn of its own', async () => {
    const order: string[] = []
    setImmediate(() => order.push('other'))
    await ofKnownRuns([{ run: 'a' }], taskBreaks(), () => busy(3))
    order.push('bytes')
    expect(order).toEqual(['other', 'bytes'])
  })
  it('goes on at once where it has not taken long', () => {
    expect(taskBreaks()()).toBeUndefined()
  })
  it('ends as cancelled when nobody waits for it any more, with the rest unread', async () => {
    const controller = new AbortController()
    const read: string[] = []
    const task = ofKnownRuns([{ run: 'a' }, { run: 'b' }, { run: 'c' }], taskBreaks(controller.signal), ({ run }) => {
      busy(15)
      read.push(run)
      if (run === 'a') setTimeout(() => controller.abort())
    })
    await expect(task).rejects.toMatchObject({ code: 'cancelled' })
    expect(read.length).toBeLessThan(3)
  })
})
