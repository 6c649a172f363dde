import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createCoreHost, MAX_RESTARTS } from '../../src/main/core-host'
import { fakePort, processes } from './fake-processes'
import { sleepFor } from '../jobs/sleep'

const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
beforeEach(() => vi.clearAllMocks())
afterEach(() => vi.useRealTimers())

function host() {
  const cores = processes()
  const trainers = processes()
  const told = { failed: vi.fn(), restarted: vi.fn(), gaveUp: vi.fn() }
  const host = createCoreHost({
    startCore: cores.start,
    startTrainer: trainers.start,
    redeem: (grant, purpose) => `/home/${grant}-${purpose}`,
    onFailed: told.failed,
    onRestarted: told.restarted,
    onGaveUp: told.gaveUp,
  })
  return { host, cores: cores.started, trainers: trainers.started, told }
}

describe('a core that dies', () => {
  it('is started again three times, each with a notice that says how it ended, then given up', async () => {
    const { cores, told } = host()
    for (let death = 1; death <= MAX_RESTARTS; death++) {
      cores.at(-1)!.stderr.write('first\nlast words\n')
      await vi.waitFor(() => expect(cores.at(-1)!.stderr.readableLength).toBe(0))
      cores.at(-1)!.end(139)
      await vi.waitFor(() => expect(told.restarted).toHaveBeenCalledTimes(death))
      expect(cores).toHaveLength(death + 1)
    }
    expect(told.restarted.mock.lastCall![0]).toMatch(/exit code 139: last words.*every stored step is kept/)
    cores.at(-1)!.end(1)
    expect(cores).toHaveLength(MAX_RESTARTS + 1)
    expect(told.gaveUp).toHaveBeenCalledExactlyOnceWith('exit code 1')
  })

  it('takes its trainers with it, which nobody would acknowledge any more', () => {
    const { cores, trainers } = host()
    cores[0]!.emit('message', { type: 'trainer.start', trainer: 1 })
    trainers[0]!.spawn(4711)
    cores[0]!.end(1)
    expect(kill).toHaveBeenCalledExactlyOnceWith(4711, 'SIGKILL')
  })

  it('hears nothing of old trainers once it is a new one', async () => {
    const { cores, trainers } = host()
    cores[0]!.emit('message', { type: 'trainer.start', trainer: 1 })
    trainers[0]!.spawn(4711)
    cores[0]!.end(1)
    trainers[0]!.emit('message', 'late batch')
    trainers[0]!.end(9)
    await new Promise((resolve) => setImmediate(resolve))
    expect(cores[1]!.messages).toEqual([])
  })

  it('is told what a grant stands for, and nothing else', () => {
    const { cores } = host()
    cores[0]!.emit('message', { type: 'grant.redeem', id: 3, grant: 'g', purpose: 'save' })
    expect(cores[0]!.messages).toEqual([{ type: 'grant.redeemed', id: 3, path: '/home/g-save' }])
  })

  it('gets new pages afterwards', () => {
    const { host: core, cores } = host()
    cores[0]!.end(1)
    const port = fakePort()
    core.connect(port)
    expect(cores[1]!.told).toEqual([{ message: { type: 'connect' }, ports: [port] }])
  })

  it('has its pages disconnected when it is not started again', () => {
    const { host: core, cores } = host()
    for (let i = 0; i <= MAX_RESTARTS; i++) cores.at(-1)!.end(1)
    const port = fakePort()
    core.connect(port)
    expect(port.closed).toBe(true)
  })
})

describe('a core that cannot open its workspace', () => {
  it('says so once and is not started again', () => {
    const { cores, told } = host()
    const error = { code: 'workspace.locked', message: 'The workspace is open in another process', details: {} }
    cores[0]!.emit('message', { type: 'failed', error })
    expect(told.failed).toHaveBeenCalledExactlyOnceWith(error)
    expect(cores).toHaveLength(1)
  })
})

describe('closing', () => {
  it('asks the core, waits for its end and does not start it again', async () => {
    const { host: core, cores, told } = host()
    let done = false
    const closed = core.close().then(() => (done = true))
    expect(cores[0]!.messages).toEqual([{ type: 'close' }])
    await new Promise((resolve) => setImmediate(resolve))
    expect(done).toBe(false)
    cores[0]!.end(0)
    await closed
    await core.close()
    expect(cores).toHaveLength(1)
    expect(told.restarted).not.toHaveBeenCalled()
    expect(kill).not.toHaveBeenCalled()
  })

  it('kills a core that does not end in time', async () => {
    vi.useFakeTimers()
    const { host: core, cores } = host()
    cores[0]!.spawn(99)
    const closed = core.close()
    await vi.advanceTimersByTimeAsync(40_000)
    expect(kill).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(kill).toHaveBeenCalledExactlyOnceWith(99, 'SIGKILL')
    cores[0]!.end(9)
    await closed
  })

  it('leaves a core its time when the machine sleeps while it ends', async () => {
    vi.useFakeTimers()
    const { host: core, cores } = host()
    cores[0]!.spawn(99)
    const closed = core.close()
    sleepFor(8 * 3_600_000)
    expect(kill).not.toHaveBeenCalled()
    cores[0]!.end(0)
    await closed
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is done at once where the core was given up', async () => {
    const { host: core, cores } = host()
    for (let i = 0; i <= MAX_RESTARTS; i++) cores.at(-1)!.end(1)
    await core.close()
  })
})
