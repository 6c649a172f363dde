import { AppError } from '../../domain/errors'
import type { Frame } from '../../domain/metrics'

const MAX_NAME_BYTES = 256

/**
 * Refuses frames that could not be stored as they are, before anything is written.
 * @throws AppError input.invalid
 */
export function checkFrames(frames: Frame[]): void {
  for (const { track, metrics, n, data } of frames) {
    const field = `frame ${JSON.stringify(track)}`
    const refuse = (message: string, allowed: string, got: string): never => {
      throw new AppError('input.invalid', `${field}: ${message}, got ${got}`, { field, allowed, got })
    }
    if (!metrics.length) refuse('a frame needs at least one metric', 'one metric or more', 'none')
    for (const name of [track, ...metrics]) {
      const bytes = Buffer.byteLength(name)
      if (bytes < 1 || bytes > MAX_NAME_BYTES)
        refuse('a name must have 1 to 256 bytes', '1 to 256 bytes of UTF-8', `${bytes} bytes`)
    }
    if (new Set(metrics).size !== metrics.length)
      refuse('a metric may be listed once only', 'different names', metrics.slice(0, 8).join(', '))
    const length = n * (metrics.length + 2)
    if (!Number.isInteger(n) || n < 0 || data.length !== length)
      refuse(
        `data must hold n steps, n times and n values a metric, ${length} numbers`,
        `${length} numbers`,
        `${data.length} numbers`,
      )
    const at = data.subarray(0, 2 * n).findIndex((x) => !Number.isFinite(x))
    if (at >= 0) refuse('steps and times must be finite', 'finite numbers', String(data[at]))
  }
}
