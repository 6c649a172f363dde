import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { createSchedule, ScheduleSpec } from '../../../src/core/domain/schedules/registry'
import { specsOf } from './random-specs'

const over = (n: number, spec: object) => createSchedule(v.parse(ScheduleSpec, spec), n)
const LOSS = 'validation/loss'
const tell = ({ feedback }: ReturnType<typeof over>, values: readonly number[], every = 1, from = 0) =>
  values.forEach((value, i) => feedback!.observe(LOSS, value, (from + i + 1) * every - 1))

describe('plateau', () => {
  const spec = { kind: 'plateau', lr: 1, factor: 0.5, patience: 0 }

  it('cuts the updates behind an evaluation and leaves those before it as they were', () => {
    const schedule = over(100, spec)
    tell(schedule, [1, 1, 1], 10)
    expect([0, 19, 20, 29, 30, 99].map(schedule.lr)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25])
  })

  it('counts what is not finite as bad, at the start too, and takes any first number for the best', () => {
    const schedule = over(100, { ...spec, patience: 1 })
    tell(schedule, [NaN, Infinity, 5])
    expect(schedule.lr(50)).toBe(0.5)
    tell(schedule, [4, NaN], 1, 3)
    expect(schedule.lr(50)).toBe(0.5)
  })

  it('listens to its own metric only', () => {
    const schedule = over(100, { ...spec, metric: 'validation/accuracy' })
    expect(schedule.feedback!.metrics).toEqual(['validation/accuracy'])
    for (let t = 0; t < 50; t++) schedule.feedback!.observe(LOSS, 1, t)
    expect(schedule.lr(99)).toBe(1)
  })

  it('wants more of an accuracy and less of a loss, unless told otherwise', () => {
    const cut = (more: object, values: number[]) => {
      const schedule = over(100, { ...spec, ...more })
      values.forEach((value, t) => schedule.feedback!.observe(schedule.feedback!.metrics[0]!, value, t))
      return schedule.lr(99)
    }
    expect(cut({}, [3, 2, 1])).toBe(1)
    expect(cut({ metric: 'validation/accuracy' }, [0.1, 0.2, 0.3])).toBe(1)
    expect(cut({ metric: 'validation/accuracy', mode: 'min' }, [0.1, 0.2])).toBe(0.5)
    expect(cut({ metric: 'train/loss', mode: 'max' }, [3, 2])).toBe(0.5)
  })

  it('takes the threshold as a share (pytorch) or as an amount (keras), unless told otherwise', () => {
    const cut = (more: object) => {
      const schedule = over(100, { ...spec, patience: 1, threshold: 0.05, ...more })
      // A fall of 0.06: 0.6 % of the best, but more than 0.05.
      tell(schedule, [10, 9.94, 9.88])
      return schedule.lr(99)
    }
    expect(cut({})).toBe(0.5)
    expect(cut({ thresholdMode: 'abs' })).toBe(1)
    expect(cut({ convention: 'keras' })).toBe(1)
    expect(cut({ convention: 'keras', thresholdMode: 'rel' })).toBe(0.25)
  })

  it.each(['pytorch', 'keras'])('of %s never goes below its least rate', (convention) => {
    const schedule = over(100, { ...spec, minLr: 0.2, convention })
    tell(schedule, Array<number>(20).fill(1))
    expect(schedule.lr(99)).toBe(0.2)
  })

  it('goes on from its state as JSON exactly as if never stopped (300 random ones)', () => {
    const losses = fc.array(fc.oneof(fc.double({ min: 0, max: 2, noNaN: true }), fc.constant(NaN)), { maxLength: 40 })
    fc.assert(
      fc.property(specsOf('plateau'), losses, losses, (base, before, after) => {
        const spec = { ...base, patience: 1, cooldown: 2 } as ScheduleSpec
        const whole = createSchedule(spec, 1000)
        tell(whole, [...before, ...after], 10)
        const stopped = createSchedule(spec, 1000)
        tell(stopped, before, 10)
        const resumed = createSchedule(spec, 1000)
        resumed.feedback!.restore(JSON.parse(JSON.stringify(stopped.feedback!.state())))
        tell(resumed, after, 10, before.length)
        expect(resumed.feedback!.state()).toEqual(whole.feedback!.state())
        for (let t = 0; t < 1000; t += 7) expect(resumed.lr(t)).toBe(whole.lr(t))
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  it('gives a state that later observations do not change', () => {
    const schedule = over(100, spec)
    tell(schedule, [1, 1])
    const before = schedule.feedback!.state()
    const copy = structuredClone(before)
    tell(schedule, [1, 1], 1, 2)
    expect(before).toEqual(copy)
  })

  it.each([[null], [undefined], ['x'], [{}], [{ best: 1, bad: 0, cooldown: 0, cuts: [[1]] }]])(
    'refuses %j as a state',
    (state) => {
      expect(() => over(100, spec).feedback!.restore(state)).toThrow(/no state of a plateau/)
      const inside = over(100, { kind: 'sequence', parts: [{ steps: 100, schedule: spec }] })
      expect(() => inside.feedback!.restore(state)).toThrow(/no state of this sequence/)
    },
  )

  it('behind a warm-up hears nothing of it, and counts its updates from there', () => {
    const schedule = over(100, { ...spec, warmup: { steps: 10 } })
    tell(schedule, Array<number>(10).fill(1))
    expect(schedule.lr(99)).toBe(1)
    schedule.feedback!.observe(LOSS, 1, 10)
    schedule.feedback!.observe(LOSS, 1, 11)
    expect([9, 10, 11, 12, 99].map(schedule.lr)).toEqual([1, 1, 1, 0.5, 0.5])
  })

  it('in a sequence hears what happens during its own updates, and its state is kept with the part', () => {
    const parts = [
      { steps: 10, schedule: spec },
      { steps: 10, schedule: { kind: 'constant', lr: 7 } },
      { steps: 80, schedule: { ...spec, metric: 'validation/accuracy' } },
    ]
    const sequence = { kind: 'sequence', parts }
    const schedule = over(100, sequence)
    expect(schedule.feedback!.metrics).toEqual([LOSS, 'validation/accuracy'])
    const observe = (metric: string, value: number, step: number) => schedule.feedback!.observe(metric, value, step)
    for (const step of [4, 6, 12, 14, 22]) observe(LOSS, 1, step)
    for (const step of [4, 6, 12, 24, 26]) observe('validation/accuracy', 0.5, step)
    expect([6, 7, 9, 10, 20, 26, 27, 99].map(schedule.lr)).toEqual([1, 0.5, 0.5, 7, 1, 1, 0.5, 0.5])
    const resumed = over(100, sequence)
    resumed.feedback!.restore(JSON.parse(JSON.stringify(schedule.feedback!.state())))
    for (let t = 0; t < 100; t++) expect(resumed.lr(t)).toBe(schedule.lr(t))
  })
})
