/** Sorted times of which percentiles are told, in ms. */
export interface Times {
  p50: number
  p99: number
  most: number
}

const timesOf = (all: readonly number[]): Times => {
  const sorted = Float64Array.from(all).sort()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { p50: at(0.5), p99: at(0.99), most: at(1) }
}

/**
 * Processor time that this thread takes between two ticks of a timer of a millisecond: what keeps the event loop on a
 * machine that does nothing else. Waiting for the disk is not in it.
 */
export function watchBusyTime(): () => Times {
  const all: number[] = []
  const now = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  let last = now()
  const timer = setInterval(() => {
    const at = now()
    all.push(at - last)
    last = at
  }, 1)
  return () => {
    clearInterval(timer)
    return timesOf(all)
  }
}

/** How long each call of a method takes until it returns, waiting for the disk and for a processor included. */
export function watchCalls<Key extends string>(
  object: Record<Key, (...args: never[]) => unknown>,
  key: Key,
): () => Times {
  const all: number[] = []
  const method = object[key]
  object[key] = (...args) => {
    const since = performance.now()
    try {
      return method(...args)
    } finally {
      all.push(performance.now() - since)
    }
  }
  return () => {
    object[key] = method
    return timesOf(all)
  }
}
