import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Train } from '../../src/core/engine/types'
import { FLUSH_MS, MAX_UNACKNOWLEDGED, MAX_UNACKNOWLEDGED_BYTES } from '../../src/core/jobs/batcher'
import { type FromTrainer, PROTOCOL_VERSION, type ToTrainer } from '../../src/core/jobs/protocol'
import { runTrainer } from '../../src/core/jobs/trainer'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { TINY } from './workspace'

afterEach(() => vi.useRealTimers())

type Batch = Extract<FromTrainer, { type: 'batch' }>
const bytesOf = ({ frames }: Batch) => frames.reduce((sum, { data }) => sum + data.byteLength, 0)

/** A trainer whose time passes only in its updates, and a core that acknowledges what it is told to. */
function start(pointsAnUpdate: number, msAnUpdate: number, updates = 1e6) {
  vi.useFakeTimers({ toFake: ['performance'] })
  const sent: FromTrainer[] = []
  let tell: (message: ToTrainer) => void = () => {}
  let done = 0
  const train: Train = async (_spec, context) => {
    for (; done < updates && !context.shouldStop(); done++) {
      await context.pause()
      for (let i = 0; i < pointsAnUpdate; i++) context.recorder.record('update', done, [1, 1, 1, 1, 1, 1])
      vi.advanceTimersByTime(msAnUpdate)
    }
    return { status: context.shouldStop() ? 'stopped' : 'finished' }
  }
  const exited = new Promise<number>((resolve) =>
    runTrainer(
      { send: (message) => void sent.push(message), onMessage: (listener) => (tell = listener), onLost: () => {} },
      train,
      resolve,
    ),
  )
  const header = { v: PROTOCOL_VERSION, job: 'a' } as const
  tell({ ...header, type: 'start', spec: parseRunSpec(TINY), checkpoints: { folder: '/none', resume: [] } })
  return {
    exited,
    updates: () => done,
    batches: () => sent.filter((message): message is Batch => message.type === 'batch'),
    last: () => sent.at(-1),
    acknowledge: (seq: number) => tell({ ...header, type: 'ack', seq }),
    stop: () => tell({ ...header, type: 'stop' }),
    /** Lets it go on until it does nothing any more. */
    async settled() {
      for (let before = -1; before !== done;) {
        before = done
        for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}

describe('a trainer to which nothing is acknowledged', () => {
  it(`trains on for ${MAX_UNACKNOWLEDGED} batches and is held back then`, async () => {
    const trainer = start(1, FLUSH_MS)
    await trainer.settled()
    expect(trainer.batches().length).toBe(MAX_UNACKNOWLEDGED + 1)
    trainer.acknowledge(10)
    await trainer.settled()
    expect(trainer.batches().length).toBe(MAX_UNACKNOWLEDGED + 11)
    trainer.stop()
    await trainer.settled()
    trainer.acknowledge(trainer.batches().length + 1)
    expect(await trainer.exited).toBe(0)
  })

  it('is held back by bytes where its batches are large', async () => {
    const points = 40_000
    const trainer = start(points, FLUSH_MS)
    await trainer.settled()
    const all = trainer.batches()
    const bytes = all.reduce((sum, batch) => sum + bytesOf(batch), 0)
    expect(all.length).toBeLessThan(MAX_UNACKNOWLEDGED)
    expect(bytes).toBeGreaterThan(MAX_UNACKNOWLEDGED_BYTES)
    // One batch goes over the limit before it is seen, and one update more is made.
    expect(bytes).toBeLessThan(MAX_UNACKNOWLEDGED_BYTES + 2 * Math.max(...all.map(bytesOf)))
    trainer.acknowledge(all.length)
    await trainer.settled()
    const later = trainer.batches().slice(all.length)
    expect(later.reduce((sum, batch) => sum + bytesOf(batch), 0)).toBe(bytes)
  })

  it('hears a stop while it is held back, and ends once all is acknowledged', async () => {
    const trainer = start(1, FLUSH_MS)
    await trainer.settled()
    const before = trainer.updates()
    trainer.stop()
    await trainer.settled()
    expect(trainer.updates()).toBeLessThanOrEqual(before + 1)
    expect(trainer.last()).toMatchObject({ type: 'end', end: { status: 'stopped' } })
    trainer.acknowledge((trainer.last() as { seq: number }).seq)
    expect(await trainer.exited).toBe(0)
  })
})
