import type { Io } from './io'

/** A line that says how much of something is done, on a terminal only; `end` takes it away. */
export function openProgress(what: string, io: Io): { tell(done: number, total: number): void; end(): void } {
  let shown = -1
  return {
    tell(done, total) {
      const percent = total ? Math.floor((100 * done) / total) : 100
      if (io.errWidth() === null || percent === shown) return
      shown = percent
      io.err(`\r${what}: ${percent} %`)
    },
    end() {
      if (shown >= 0) io.err(`\r${' '.repeat(what.length + 7)}\r`)
    },
  }
}
