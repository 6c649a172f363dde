/** Points by their steps; parallel columns. */
export interface StepValues {
  steps: Float64Array
  values: Float64Array
}

/** Puts a series in the order of its steps, so that they increase; of what was recorded at one step more than once, the last counts. */
export function toStepValues({ steps, values }: StepValues): StepValues {
  if (increases(steps)) return { steps, values }
  // Sorting is stable: of equal steps the last recorded one comes last.
  const order = Uint32Array.from(steps.keys()).sort((a, b) => steps[a]! - steps[b]! || a - b)
  const kept = order.filter((i, k) => k + 1 === order.length || steps[order[k + 1]!] !== steps[i])
  return { steps: Float64Array.from(kept, (i) => steps[i]!), values: Float64Array.from(kept, (i) => values[i]!) }
}

function increases(steps: Float64Array): boolean {
  for (let i = 1; i < steps.length; i++) if (!(steps[i]! > steps[i - 1]!)) return false
  return true
}

/** Every step of some series in [from, to], once and increasing, with the one before and the one behind. */
export function stepGrid(series: readonly StepValues[], from: number, to: number): Float64Array {
  const grid = union(series.map(({ steps }) => steps))
  let [start, end] = [0, grid.length]
  while (start + 1 < grid.length && grid[start + 1]! < from) start++
  while (end - 2 >= 0 && grid[end - 2]! > to) end--
  return grid.subarray(start, end)
}

/** Merged two by two, so that many series cost little more than few. */
function union(lists: readonly Float64Array[]): Float64Array {
  if (lists.length === 0) return new Float64Array()
  if (lists.length === 1) return lists[0]!
  const middle = lists.length >> 1
  return merge(union(lists.slice(0, middle)), union(lists.slice(middle)))
}

function merge(a: Float64Array, b: Float64Array): Float64Array {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a]
  // Runs of one spec are recorded at the same steps; one that ended early has the first ones of them.
  if (short.every((step, i) => step === long[i])) return long
  const merged = new Float64Array(a.length + b.length)
  let n = 0
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const step = j >= b.length || (i < a.length && a[i]! <= b[j]!) ? a[i]! : b[j]!
    if (a[i] === step) i++
    if (b[j] === step) j++
    merged[n++] = step
  }
  return merged.subarray(0, n)
}

/**
 * Reads a series at steps that do not decrease from call to call: the recorded value, or that of the line between the
 * two neighbours; NaN before the first and behind the last point, and where a neighbour is not finite.
 */
export function valueReader({ steps, values }: StepValues): (step: number) => number {
  let i = 0
  return (step) => {
    while (i + 1 < steps.length && steps[i + 1]! <= step) i++
    const at = steps[i]!
    if (at === step) return values[i]!
    if (step < at || i + 1 === steps.length) return NaN
    const share = (step - at) / (steps[i + 1]! - at)
    return values[i]! * (1 - share) + values[i + 1]! * share
  }
}
