interface Move<T> {
  /** The one that is chosen. */
  from: T | undefined
  by: number
  /** Holds a button for each item, in their order. */
  group: Element | null
  may?: (item: T) => boolean
}

/**
 * The item that an arrow key leads to among choices side by side, round the ends; its button takes the focus.
 * @param move.may leaves out what cannot be chosen
 */
export function rove<T>(items: readonly T[], { from, by, group, may = () => true }: Move<T>): T | undefined {
  const open = items.filter(may)
  const next = open[(open.indexOf(from!) + by + open.length) % open.length]
  if (next !== undefined) group?.querySelectorAll('button')[items.indexOf(next)]?.focus()
  return next
}
