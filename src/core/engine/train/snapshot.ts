import type { StateArray, StateEntry } from '../checkpoints/state'

/** Everything that training changes, as it was at one moment. */
export interface Snapshot {
  /** Puts it back, any number of times. */
  restore(): void
  /** Values that are now another one, bit by bit; 0 where nothing has changed. */
  difference(): number
}

/** Copies all values out: what training does to the state afterwards does not reach them. */
export function takeSnapshot(state: readonly StateEntry[]): Snapshot {
  const kept = state.map((entry) => ({ entry, values: entry.read() }))
  return {
    restore: () => kept.forEach(({ entry, values }) => entry.write(values)),
    difference: () => kept.reduce((sum, { entry, values }) => sum + differing(values, entry.read()), 0),
  }
}

/** By their bits: NaN is itself, and 0 is not −0. */
function differing(a: StateArray, b: StateArray): number {
  const bytes = ({ buffer, byteOffset, byteLength }: StateArray) => Buffer.from(buffer, byteOffset, byteLength)
  const [x, y] = [bytes(a), bytes(b)]
  if (x.equals(y)) return 0
  const size = a.BYTES_PER_ELEMENT
  let count = 0
  for (let at = 0; at < x.length; at += size) count += Number(x.compare(y, at, at + size, at, at + size) !== 0)
  return count
}
