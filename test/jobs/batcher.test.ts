import { describe, expect, it } from 'vitest'
import { Batcher } from '../../src/core/jobs/batcher'
import { ProgressMeter } from '../../src/core/jobs/progress'
import { parseFromTrainer, PROTOCOL_VERSION } from '../../src/core/jobs/protocol'

const filled = (points: number) => {
  let clock = 100
  const batcher = new Batcher(() => clock++)
  for (let t = 0; t < points; t++) batcher.record('update', t, [1 / (t + 1), 0.5, 0.1, 0.9, t === 2 ? NaN : 3, 4])
  batcher.record('ratio', 0, [0.001])
  return batcher
}

describe('a batch', () => {
  it('holds steps, times and one column a metric, tracks apart', () => {
    const [update, ratio] = filled(3).take()
    expect(update).toMatchObject({ track: 'update', n: 3 })
    expect(update!.metrics[0]).toBe('train/loss')
    expect([...update!.data.slice(0, 3)]).toEqual([0, 1, 2])
    expect([...update!.data.slice(3, 6)]).toEqual([100, 101, 102])
    expect([...update!.data.slice(6, 9)]).toEqual([1, 1 / 2, 1 / 3])
    expect(update!.data[(4 + 2) * 3 + 2]).toBeNaN()
    expect([...ratio!.data]).toEqual([0, 103, 0.001])
  })

  it('is taken once', () => {
    const batcher = filled(2)
    batcher.take()
    expect(batcher.isEmpty).toBe(true)
    expect(batcher.take()).toEqual([])
  })
})

describe('a message from a trainer', () => {
  const batch = () => ({ v: PROTOCOL_VERSION, job: 'a', type: 'batch', seq: 1, steps: 3, frames: filled(3).take() })

  it('is taken as it is when it is one of ours', () => {
    expect(parseFromTrainer(batch())).toMatchObject({ type: 'batch', seq: 1 })
  })

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'batch'],
    ['another version', { ...batch(), v: PROTOCOL_VERSION + 1 }],
    ['an unknown type', { ...batch(), type: 'batches' }],
    ['a field too many', { ...batch(), extra: 1 }],
    ['values that do not fit the names', { ...batch(), frames: [{ ...filled(3).take()[0], n: 4 }] }],
    ['a negative number', { ...batch(), seq: -1 }],
    ['a plain array for values', { ...batch(), frames: [{ ...filled(1).take()[0], data: [1, 2, 3] }] }],
  ])('is refused when it is %s', (_name, message) => {
    expect(parseFromTrainer(message)).toBeNull()
  })
})

describe('progress', () => {
  it('measures the rate over the last seconds and estimates only after 20 updates', () => {
    const meter = new ProgressMeter('a', 100, 0)
    meter.add(0, 10, filled(3).take(), { 'train/loss': 3 })
    expect(meter.now).toMatchObject({ step: 10, stepsPerSecond: 0, etaMs: null, loss: 1 / 3, lr: 0.1 })
    meter.add(1000, 20, [], {})
    expect(meter.now).toMatchObject({ step: 20, stepsPerSecond: 10, etaMs: 8000, counts: { 'train/loss': 3 } })
    for (let s = 2; s < 20; s++) meter.add(s * 1000, 20 + s, [], {})
    expect(meter.now.stepsPerSecond).toBeCloseTo(1, 1)
  })
})
