import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchSilence } from '../../src/core/jobs/silence'
import { sleepFor } from './sleep'

const MINUTE = 60_000
const PATIENCE = 10 * MINUTE

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function watch() {
  const tooLong = vi.fn()
  return { tooLong, silence: watchSilence(PATIENCE, tooLong) }
}

it('is too long after the patience and at most a twentieth more, once', () => {
  const { tooLong } = watch()
  vi.advanceTimersByTime(PATIENCE)
  expect(tooLong).not.toHaveBeenCalled()
  vi.advanceTimersByTime(PATIENCE / 20)
  expect(tooLong).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(10 * PATIENCE)
  expect(tooLong).toHaveBeenCalledTimes(1)
})

it('starts again with everything that is heard', () => {
  const { tooLong, silence } = watch()
  for (let i = 0; i < 5; i++) {
    vi.advanceTimersByTime(PATIENCE - 1)
    silence.heard()
  }
  expect(tooLong).not.toHaveBeenCalled()
})

it('survives a night of sleep, and the trainer has time to say something afterwards', () => {
  const { tooLong, silence } = watch()
  vi.advanceTimersByTime(MINUTE)
  sleepFor(8 * 60 * MINUTE)
  expect(tooLong).not.toHaveBeenCalled()
  vi.advanceTimersByTime(8 * MINUTE)
  expect(tooLong).not.toHaveBeenCalled()
  silence.heard()
  vi.advanceTimersByTime(PATIENCE - 1)
  expect(tooLong).not.toHaveBeenCalled()
})

it('still finds a trainer that says nothing after the sleep', () => {
  const { tooLong } = watch()
  sleepFor(8 * 60 * MINUTE)
  vi.advanceTimersByTime(PATIENCE)
  expect(tooLong).toHaveBeenCalledTimes(1)
})

it('is silent after its end', () => {
  const { tooLong, silence } = watch()
  silence.end()
  vi.advanceTimersByTime(10 * PATIENCE)
  expect(tooLong).not.toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})
