/** The edges of what a panel belongs to, in px of the window; a point has left = right and top = bottom. */
export interface Anchor {
  left: number
  right: number
  top: number
  bottom: number
}

interface Size {
  width: number
  height: number
}

const GAP = 4
const MARGIN = 8

/** A point as an anchor. */
export const pointAnchor = (x: number, y: number): Anchor => ({ left: x, right: x, top: y, bottom: y })

/** Where a panel's upper left corner goes: below the anchor, above it where that fits better, always inside the window. */
export function placeBy(anchor: Anchor, size: Size, view: Size, align: 'start' | 'end'): { x: number; y: number } {
  const inside = (at: number, length: number, whole: number) => Math.max(MARGIN, Math.min(at, whole - length - MARGIN))
  const below = anchor.bottom + GAP
  const above = anchor.top - GAP - size.height
  const fitsBelow = below + size.height + MARGIN <= view.height
  const y = fitsBelow || above < MARGIN ? below : above
  const x = align === 'start' ? anchor.left : anchor.right - size.width
  return { x: inside(x, size.width, view.width), y: inside(y, size.height, view.height) }
}
