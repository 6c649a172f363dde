import { TRACK } from '../../src/core/domain/metrics'
import { createRng } from '../../src/core/domain/rng'
import { createSchedule } from '../../src/core/domain/schedules/registry'
import { peakLr } from '../../src/core/domain/schedules/schedule'
import type { Storage } from '../../src/core/storage/types'
import { drawSettings } from '../workspace/draw-settings'

const METRICS = TRACK.update

/** What writing cost; `ms` is spent in storage alone, not in making the points. */
export interface Written {
  runs: number
  points: number
  ms: number
}

/**
 * Fills a workspace with at least so many points, evenly over so many finished runs, straight through storage. Noise around
 * a curve that falls: cheap to make, and as hard to store as any (Float64 as it is).
 */
export function writePoints(storage: Storage, runs: number, points: number): Written {
  const rng = createRng(1, 'scale bench')
  const steps = Math.ceil(points / runs / METRICS.length)
  const noise = Float64Array.from({ length: 65_536 }, () => rng.normal())
  const written: Written = { runs, points: runs * steps * METRICS.length, ms: 0 }
  for (let i = 0; i < runs; i++) {
    const id = `scale${String(i).padStart(7, '0')}`
    const spec = drawSettings(rng, i, steps)
    const peak = peakLr(createSchedule(spec.schedule, steps), steps)
    const data = new Float64Array(steps * (METRICS.length + 2))
    for (let t = 0; t < steps; t++) {
      data[t] = t
      data[steps + t] = 1.7e12 + 1000 * i + 3 * t
      for (let m = 0; m < METRICS.length; m++)
        data[(2 + m) * steps + t] = 2.3 / (1 + t / 100) + 0.1 * noise[(t * 7 + m * 13 + i * 101) & 65_535]!
    }
    const since = performance.now()
    storage.runs.create({ id, spec, name: spec.name, totalSteps: steps, peakLr: peak, createdAt: 1.7e12 + i })
    storage.runs.setStatus(id, 'running', { startedAt: 1.7e12 + 1000 * i })
    storage.metrics.append(id, [{ track: 'update', metrics: METRICS, n: steps, data }], steps)
    storage.metrics.seal(id)
    storage.runs.setStatus(id, 'finished', { endedAt: 1.7e12 + 1000 * i + 3 * steps })
    written.ms += performance.now() - since
  }
  return written
}
