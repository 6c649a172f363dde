import { extent } from '../../domain/stats/decimate'
import { fromBlob, toBlob } from './blobs'

/** How the wall times of a chunk are stored. */
export interface ChunkTimes {
  time0: number
  times: Buffer
}

/** Wall times as whole ms after the earliest one where that gives back every bit of them, else one by one; the blob's length tells. */
export function packTimes(times: Float64Array): ChunkTimes {
  const [time0, latest] = extent(times)
  const exact = (time: number) => Number.isInteger(time) && Object.is(time, time0 + (time - time0))
  if (latest - time0 < 2 ** 32 && times.every(exact)) {
    const offsets = Uint32Array.from(times, (time) => time - time0)
    return { time0, times: Buffer.from(offsets.buffer) }
  }
  return { time0, times: toBlob(times) }
}

export function unpackTimes({ time0, times }: ChunkTimes, n: number): Float64Array {
  if (times.length === 8 * n) return fromBlob(times)
  const offsets = new Uint32Array(Uint8Array.from(times).buffer)
  const exact = new Float64Array(offsets)
  for (let i = 0; i < n; i++) exact[i]! += time0
  return exact
}
