import type { Page } from 'playwright-core'

interface Metrics {
  metrics: { name: string; value: number }[]
}

/** Milliseconds of processor time that the page's main thread has used: other work on the machine changes it far less than times. */
export async function pageCpu(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = (await session.send('Performance.getMetrics')) as Metrics
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value
  }
}

/** The same as an action gives, and what it took of the page's processor time, added to a list. */
export async function withCpu<T>(read: () => Promise<number>, into: number[], action: () => Promise<T>): Promise<T> {
  const before = await read()
  const result = await action()
  into.push((await read()) - before)
  return result
}
