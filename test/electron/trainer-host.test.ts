import { beforeEach, expect, it, vi } from 'vitest'
import type { ToCore } from '../../src/core/shell-protocol'
import { createTrainerHost } from '../../src/main/trainer-host'
import { processes } from './fake-processes'

const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
beforeEach(() => vi.clearAllMocks())

function trainer() {
  const { started, start } = processes()
  const toCore = vi.fn<(message: ToCore) => void>()
  const host = createTrainerHost(start, toCore)
  host.handle({ type: 'trainer.start', trainer: 7 })
  return { host, child: started[0]!, toCore }
}

it('passes messages on unread in both directions', () => {
  const { host, child, toCore } = trainer()
  const batch = { type: 'batch', data: new Float64Array([1, NaN]) }
  child.emit('message', batch)
  expect(toCore).toHaveBeenCalledExactlyOnceWith({ type: 'trainer.message', trainer: 7, message: batch })
  const ack = { v: 2, job: 'a', type: 'ack', seq: 1 } as const
  host.handle({ type: 'trainer.send', trainer: 7, message: ack })
  expect(child.messages).toEqual([ack])
})

it('tells the core the process id, and the end with what was said, after the exit listener has returned', async () => {
  const { child, toCore } = trainer()
  child.spawn(12)
  expect(toCore).toHaveBeenCalledExactlyOnceWith({ type: 'trainer.started', trainer: 7, pid: 12 })
  child.stderr.write('out of memory\n')
  child.end(134, 'aborted\n')
  expect(toCore).toHaveBeenCalledTimes(1)
  await vi.waitFor(() => expect(toCore).toHaveBeenCalledTimes(2))
  const exit = { code: 134, signal: null, stderr: 'out of memory\naborted\n' }
  expect(toCore).toHaveBeenLastCalledWith({ type: 'trainer.exited', trainer: 7, exit })
})

it.each([
  [9, { code: null, signal: 'SIGKILL' }],
  [15, { code: null, signal: 'SIGTERM' }],
  [1, { code: 1, signal: null }],
  [139, { code: 139, signal: null }],
])('reads the exit value %i as the system means it', async (value, exit) => {
  const { child, toCore } = trainer()
  child.end(value)
  await vi.waitFor(() => expect(toCore).toHaveBeenCalledTimes(1))
  expect(toCore.mock.lastCall![0]).toMatchObject({ exit })
})

it('terminates politely, and kills by process id', () => {
  const { host, child } = trainer()
  child.spawn(12)
  host.handle({ type: 'trainer.kill', trainer: 7, signal: 'SIGTERM' })
  expect(child.asked).toEqual(['kill'])
  expect(kill).not.toHaveBeenCalled()
  host.handle({ type: 'trainer.kill', trainer: 7, signal: 'SIGKILL' })
  expect(kill).toHaveBeenCalledExactlyOnceWith(12, 'SIGKILL')
})

it('kills a trainer that was unwanted before it had a process id as soon as it has one', () => {
  const { host, child, toCore } = trainer()
  host.handle({ type: 'trainer.kill', trainer: 7, signal: 'SIGKILL' })
  expect(kill).not.toHaveBeenCalled()
  child.spawn(12)
  expect(kill).toHaveBeenCalledExactlyOnceWith(12, 'SIGKILL')
  expect(toCore).not.toHaveBeenCalled()
})

it('ignores what is for a trainer that has ended, and leaves other messages to others', async () => {
  const { host, child, toCore } = trainer()
  child.spawn(12)
  child.end(0)
  await vi.waitFor(() => expect(toCore).toHaveBeenCalledTimes(2))
  expect(host.handle({ type: 'trainer.kill', trainer: 7, signal: 'SIGKILL' })).toBe(true)
  expect(kill).not.toHaveBeenCalled()
  expect(host.handle({ type: 'ready' })).toBe(false)
})
