import type { Frame } from '../domain/metrics'
import { SYSTEM, systemFrames } from '../domain/system-metrics'
import { processMemory, type SystemMetrics } from './system-metrics'

/** What the machine does while one run trains. */
export interface SystemRecord {
  /** Its trainer's process. */
  trainerIs(pid: number): void
  /**
   * What was seen since the last call; the machine is watched from the first one on.
   * @param steps updates done: what is seen until the next call belongs to the last of them
   */
  take(steps: number): Frame[]
  /** Bytes that the trainer held when it was last looked at; null where that cannot be read. */
  readonly held: number | null
  close(): void
}

/** @param now ms since the epoch */
export function recordSystem(system: SystemMetrics, now: () => number): SystemRecord {
  let pid: number | null = null
  let held: number | null = null
  let update = 0
  let seen: Frame[] = []
  let stop: (() => void) | null = null
  let closed = false

  const watch = () =>
    system.watch((sample) => {
      const memory = pid === null ? null : processMemory(pid)
      if (memory !== null) held = memory
      const more = memory === null ? sample.more : new Map(sample.more).set(SYSTEM.trainerMemory, memory)
      seen.push(...systemFrames({ ...sample, more }, update, now()))
    })

  return {
    trainerIs: (trainer) => (pid = trainer),
    take(steps) {
      update = Math.max(0, steps - 1)
      if (!closed) stop ??= watch()
      const frames = seen
      seen = []
      return frames
    },
    get held() {
      return held
    },
    close() {
      closed = true
      stop?.()
      stop = null
    },
  }
}
