/** A rectangle in the screen's own units. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** Where a window was when it was closed. */
export interface Place {
  bounds: Box
  maximized: boolean
}

export const SMALLEST = { width: 1120, height: 700 }
export const FIRST = { width: 1440, height: 900 }

/** So much of the window's top must be on a screen to be dragged. */
const GRIP = { width: 120, height: 32 }

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e6

/** What a file says of a window's place; null for anything that is none. */
export function parsePlace(text: string): Place | null {
  try {
    const { bounds, maximized } = JSON.parse(text) as { bounds: Partial<Box>; maximized: unknown }
    const { x, y, width, height } = bounds
    if (!isNumber(x) || !isNumber(y) || !isNumber(width) || !isNumber(height)) return null
    return { bounds: { x, y, width, height }, maximized: maximized === true }
  } catch {
    return null
  }
}

const overlap = (from: number, length: number, start: number, size: number): number =>
  Math.min(from + length, start + size) - Math.max(from, start)

/**
 * Where to open the window: where it was, as far as a screen that is there now shows its top; its size alone, for the
 * system to place, where that screen is gone. Never larger than the largest screen.
 *
 * @param screens work areas of the screens, at least one
 */
export function placeWindow(
  saved: Place | null,
  screens: readonly Box[],
): Partial<Box> & { width: number; height: number } {
  const widest = Math.max(SMALLEST.width, ...screens.map(({ width }) => width))
  const highest = Math.max(SMALLEST.height, ...screens.map(({ height }) => height))
  const { bounds } = saved ?? {}
  const size = {
    width: Math.min(Math.max(bounds?.width ?? FIRST.width, SMALLEST.width), widest),
    height: Math.min(Math.max(bounds?.height ?? FIRST.height, SMALLEST.height), highest),
  }
  if (!bounds) return size
  const shown = screens.some(
    (screen) =>
      overlap(bounds.x, size.width, screen.x, screen.width) >= GRIP.width &&
      bounds.y >= screen.y &&
      overlap(bounds.y, GRIP.height, screen.y, screen.height) >= GRIP.height,
  )
  return shown ? { x: bounds.x, y: bounds.y, ...size } : size
}
