import { describe, expect, it } from 'vitest'
import { createLiveBlock } from '../../src/cli/live-block'
import { progressBar, progressText } from '../../src/cli/progress-line'
import { textWidth } from '../../src/cli/text'
import type { RunProgress } from '../../src/core/domain/run'

const progress: RunProgress = {
  run: 'k3v9aaaa',
  phase: null,
  step: 250,
  totalSteps: 1000,
  stepsPerSecond: 12.345,
  etaMs: 61_000,
  loss: 0.4321,
  lr: 0.05,
  validationAccuracy: 0.9712,
  counts: {},
}

describe('progress', () => {
  it('shows loss, rate, speed and time left beside a bar of a quarter', () => {
    const line = progressBar('cnn', progress, 120)
    expect(line).toContain('250/1000   loss 0.4321   lr 0.0500   val acc 97.12 %  12.3 steps/s  1m 01s left')
    expect(line.match(/█/g)!.length / line.match(/[█░]/g)!.length).toBeCloseTo(0.25, 1)
  })
  it.each([20, 40, 60, 80, 81, 100, 200])('fits %i columns', (width) => {
    expect(textWidth(progressBar('a name of a run that goes on and on 日本語', progress, width))).toBeLessThanOrEqual(
      width,
    )
  })
  it('has room for a bar, loss, rate, speed and time left on 80 columns', () => {
    const line = progressBar('cnn 1cycle', { ...progress, stepsPerSecond: 1234.5 }, 79)
    expect(line).toMatch(/█.*250\/1000 +loss 0\.4321 +lr 0\.0500 +1235 steps\/s +1m 01s left/)
  })
  it('keeps its width while a run goes on, so that the line does not jump', () => {
    const at = (step: number, loss: number, lr: number, stepsPerSecond: number) =>
      textWidth(progressBar('cnn', { ...progress, step, loss, lr, stepsPerSecond, etaMs: 9e4 - step }, 120))
    expect(new Set([at(1, 2.3, 0.016, 9.5), at(99, 0.1, 0.4, 88), at(999, 12.5, 1.2e-6, 123)]).size).toBe(1)
  })
  it('says nothing about the time left before it knows, and NaN where the loss is', () => {
    const line = progressText('cnn', {
      ...progress,
      etaMs: null,
      stepsPerSecond: 0,
      loss: NaN,
      validationAccuracy: null,
    })
    expect(line).toBe('cnn: 25 %  250/1000  loss NaN  lr 0.0500  – steps/s  – left')
  })
})

describe('lines that are drawn over', () => {
  const block = () => {
    const clock = { now: 0 }
    const writes: string[] = []
    return {
      clock,
      writes,
      live: createLiveBlock(
        (text) => writes.push(text),
        () => clock.now,
      ),
    }
  }
  it('are drawn at most ten times a second', () => {
    const { clock, writes, live } = block()
    for (clock.now = 0; clock.now < 1000; clock.now += 5) live.show(['x'])
    expect(writes).toHaveLength(10)
  })
  it('are erased before what stays is printed, and drawn again below it', () => {
    const { writes, live } = block()
    live.show(['bar 1', 'bar 2'])
    live.print('done')
    live.end()
    const up = '\x1b[1A\x1b[2K'
    expect(writes).toEqual(['bar 1\nbar 2\n', `${up}${up}done\nbar 1\nbar 2\n`, `${up}${up}`])
  })
})
