import { type Frame, type Track, TRACK } from '../domain/metrics'
import type { Recorder } from '../engine/types'

/** Milliseconds of points that one message carries: few enough messages, still live for the eye. */
export const FLUSH_MS = 50

/**
 * Batches, and bytes of points, on their way before the loop is held back: where the disk is slow or full a trainer keeps
 * at most this much beside the batch that it is filling.
 */
export const MAX_UNACKNOWLEDGED = 64
export const MAX_UNACKNOWLEDGED_BYTES = 16 * 2 ** 20

/** Collects recorded points row by row and hands them out as packed frames. */
export class Batcher implements Recorder {
  private readonly rows = new Map<Track, number[]>()

  /**
   * @param clock wall time in ms since the epoch
   * @param tracks the run's own, see tracksOf
   */
  constructor(
    private readonly clock: () => number,
    private readonly tracks = TRACK,
  ) {}

  record(track: Track, step: number, values: readonly number[]): void {
    let rows = this.rows.get(track)
    if (!rows) this.rows.set(track, (rows = []))
    rows.push(step, this.clock(), ...values)
  }

  get isEmpty(): boolean {
    return this.rows.size === 0
  }

  /** The points since the last call, one frame a track, column by column. */
  take(): Frame[] {
    const frames = [...this.rows].map(([track, rows]): Frame => {
      const metrics = this.tracks[track]
      const width = metrics.length + 2
      const n = rows.length / width
      const data = new Float64Array(rows.length)
      for (let i = 0; i < n; i++) for (let c = 0; c < width; c++) data[c * n + i] = rows[i * width + c]!
      return { track, metrics, n, data }
    })
    this.rows.clear()
    return frames
  }
}
