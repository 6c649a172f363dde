import { describe, expect, it, vi } from 'vitest'
import type { RunRow } from '../../src/core/domain/run'
import { createBatteryPause } from '../../src/main/battery-pause'

function pausing(ids: string[]) {
  let live = ids
  let wanted = true
  const stop = vi.fn(async (run: string) => void (live = live.filter((id) => id !== run)))
  const resume = vi.fn(async (run: string) => void live.push(run))
  const onError = vi.fn()
  const pause = createBatteryPause({
    wanted: () => wanted,
    live: () => live.map((id) => ({ id }) as RunRow),
    ...{ stop, resume, onError },
  })
  const called = (mock: typeof stop) => mock.mock.calls.flat()
  return {
    pause,
    stop,
    resume,
    onError,
    called,
    want: (value: boolean) => (wanted = value),
    start: (id: string) => live.push(id),
  }
}

describe('on battery', () => {
  it('stops what trains, and lets only that go on with mains power, once', async () => {
    const { pause, stop, resume, called } = pausing(['a', 'b'])
    await pause.onBattery()
    expect(called(stop)).toEqual(['a', 'b'])
    expect(resume).not.toHaveBeenCalled()
    await pause.onMains()
    await pause.onMains()
    expect(called(resume)).toEqual(['a', 'b'])
  })
  it('stops nothing where that is not wanted, and begins to when it is', async () => {
    const { pause, stop, resume, want, called } = pausing(['a'])
    want(false)
    await pause.onBattery()
    expect(stop).not.toHaveBeenCalled()
    want(true)
    await pause.wishChanged()
    expect(called(stop)).toEqual(['a'])
    want(false)
    await pause.wishChanged()
    expect(called(resume)).toEqual(['a'])
  })
  it('leaves alone what is started there by hand', async () => {
    const { pause, stop, resume, start, called } = pausing(['a'])
    await pause.onBattery()
    start('by hand')
    await pause.onMains()
    expect([called(stop), called(resume)]).toEqual([['a'], ['a']])
  })
  it('does one thing after another when a plug is loose', async () => {
    const order: string[] = []
    const { pause, stop, resume } = pausing(['a'])
    stop.mockImplementation(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      order.push('stopped')
    })
    resume.mockImplementation(async () => void order.push('resumed'))
    const first = pause.onBattery()
    await vi.waitFor(() => expect(stop).toHaveBeenCalled())
    await Promise.all([first, pause.onMains()])
    expect(order).toEqual(['stopped', 'resumed'])
  })
  it('tells of a run that cannot go on, and lets the others', async () => {
    const { pause, resume, onError, called } = pausing(['gone', 'b'])
    await pause.onBattery()
    resume.mockRejectedValueOnce(new Error('no such run'))
    await pause.onMains()
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: 'no such run' }))
    expect(called(resume)).toEqual(['gone', 'b'])
  })
})
