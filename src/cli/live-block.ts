/** Lines at the foot of a terminal that are drawn over, with ordinary lines scrolling away above them. */
export interface LiveBlock {
  /** Shows these lines from now on; drawn at most ten times a second. */
  show(lines: readonly string[]): void
  /** Prints a line for good, above the block. */
  print(line: string): void
  /** Removes the block. */
  end(): void
}

const REDRAW_MS = 100
const UP_AND_CLEAR = '\x1b[1A\x1b[2K'

/**
 * @param write to the terminal
 * @param now a clock in ms
 */
export function createLiveBlock(write: (text: string) => void, now: () => number): LiveBlock {
  let wanted: readonly string[] = []
  let drawn = 0
  let drawnAt = -Infinity
  const erase = () => {
    const text = UP_AND_CLEAR.repeat(drawn)
    drawn = 0
    return text
  }
  const draw = (before = '') => {
    drawnAt = now()
    // One write, so that no half-drawn block is seen.
    write(erase() + before + wanted.map((line) => `${line}\n`).join(''))
    drawn = wanted.length
  }
  return {
    show(lines) {
      wanted = lines
      if (now() - drawnAt >= REDRAW_MS) draw()
    },
    print: (line) => draw(`${line}\n`),
    end() {
      wanted = []
      if (drawn) draw()
    },
  }
}
