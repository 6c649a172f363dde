const FIRST_CAPACITY = 1024

/** A column of numbers that only grows: room doubles, so that appending n points copies O(n) in all. */
export class GrowingColumn {
  private buffer = new Float64Array(FIRST_CAPACITY)
  private used = 0

  get length(): number {
    return this.used
  }

  append(points: Float64Array): void {
    const needed = this.used + points.length
    if (needed > this.buffer.length) {
      const larger = new Float64Array(Math.max(needed, 2 * this.buffer.length))
      larger.set(this.buffer.subarray(0, this.used))
      this.buffer = larger
    }
    this.buffer.set(points, this.used)
    this.used = needed
  }

  /** What is there now, without a copy; a new view each time, whose contents never change afterwards. */
  view(): Float64Array {
    return this.buffer.subarray(0, this.used)
  }
}
