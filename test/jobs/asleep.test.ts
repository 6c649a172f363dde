import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunProgress } from '../../src/core/domain/run'
import { startAwakeClock } from '../../src/core/jobs/awake-clock'
import type { TrainerExit } from '../../src/core/jobs/launcher'
import { PROTOCOL_VERSION, type ToTrainer } from '../../src/core/jobs/protocol'
import { PATIENCE, supervise } from '../../src/core/jobs/supervisor'
import { sleepFor } from './sleep'
import { temporaryWorkspace } from './workspace'

const SECOND = 1000
const NIGHT = 8 * 3600 * SECOND

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('a clock of awake time', () => {
  it('counts every second, also those between two looks, and a busy process’s too', () => {
    const clock = startAwakeClock(Date.now)
    vi.advanceTimersByTime(12_345)
    expect(clock.now()).toBe(12_345)
    vi.setSystemTime(Date.now() + 9 * SECOND)
    expect(clock.now()).toBe(21_345)
  })

  it.each([
    ['a night of sleep', NIGHT],
    ['a clock that is set back', -NIGHT],
  ])('does not count %s', (_what, jump) => {
    const clock = startAwakeClock(Date.now)
    vi.advanceTimersByTime(5 * SECOND)
    sleepFor(jump)
    vi.advanceTimersByTime(5 * SECOND)
    expect(clock.now()).toBeGreaterThanOrEqual(10 * SECOND)
    expect(clock.now()).toBeLessThanOrEqual(12 * SECOND)
  })

  it('leaves no timer behind', () => {
    startAwakeClock(Date.now).end()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a run that trains while the machine goes to sleep', () => {
  /** A run whose trainer is this test. */
  function training() {
    const { storage, create } = temporaryWorkspace()
    create('a')
    const told = { progress: [] as RunProgress[], sent: [] as ToTrainer[], kills: [] as string[] }
    let say = (_message: unknown) => {}
    let exit = (_exit: TrainerExit) => {}
    const supervisor = supervise({
      run: { ...storage.runs.get('a'), totalSteps: 1000 },
      storage,
      launch: () => ({
        pid: undefined,
        send: (message) => told.sent.push(message),
        onMessage: (listener) => void (say = listener),
        onExit: (listener) => void (exit = listener),
        kill: (signal) => told.kills.push(signal),
      }),
      system: { watch: () => () => {} },
      now: Date.now,
      patience: PATIENCE,
      onChange: () => {},
      onProgress: (progress) => told.progress.push(progress),
      onRewind: () => {},
      onNotice: () => {},
      onError: (error) => expect.unreachable(String(error)),
    })
    let steps = 0
    /** Trains at ten updates a second. */
    const train = (seconds: number) => {
      for (let second = 0; second < seconds; second++) {
        vi.advanceTimersByTime(SECOND)
        const data = Float64Array.from([
          ...Array.from({ length: 10 }, (_, i) => steps + i),
          ...new Array<number>(10).fill(Date.now()),
          ...new Array<number>(10).fill(1),
        ])
        steps += 10
        const frames = [{ track: 'update', metrics: ['train/loss'], n: 10, data }]
        say({ v: PROTOCOL_VERSION, job: 'a', type: 'batch', seq: steps / 10, steps, frames })
      }
    }
    const end = (signal: string | null = null) => {
      exit({ code: signal ? null : 0, signal, stderr: '' })
      return supervisor.ended
    }
    return { storage, told, train, end, supervisor }
  }

  it('is as fast and as near to its end in the morning as it was in the evening', async () => {
    const { told, train, end, supervisor } = training()
    train(3)
    const evening = told.progress.at(-1)!
    expect(evening).toMatchObject({ step: 30, stepsPerSecond: 10, etaMs: 97_000 })
    sleepFor(NIGHT)
    // The first updates after the sleep, a moment after the wake-up.
    train(1)
    const [waking] = told.progress.slice(told.progress.indexOf(evening) + 1)
    expect(waking!.step).toBe(40)
    // The sleep counts as a tick or two, not as a night.
    expect(waking!.stepsPerSecond).toBeGreaterThan(5)
    expect(waking!.etaMs).toBeLessThan(192_000)
    train(6)
    expect(told.progress.at(-1)).toMatchObject({ step: 100, stepsPerSecond: 10, etaMs: 90_000 })
    supervisor.stop()
    expect((await end()).status).toBe('stopped')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps its time to end in order when it is stopped and the lid is closed', async () => {
    const { told, train, end, supervisor } = training()
    train(1)
    supervisor.stop()
    expect(told.sent.at(-1)!.type).toBe('stop')
    sleepFor(NIGHT)
    expect(told.kills).toEqual([])
    vi.advanceTimersByTime(PATIENCE.stop * 1.1)
    expect(told.kills[0]).toBe('SIGTERM')
    expect((await end('SIGTERM')).status).toBe('stopped')
    expect(vi.getTimerCount()).toBe(0)
  })
})
