const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Calls back once at the first Ctrl-C (or SIGTERM); the second ends the process at once with status 130.
 * @returns stops listening
 */
export function onInterrupt(first: () => void): () => void {
  let asked = false
  const listener = () => {
    if (asked) process.exit(130)
    asked = true
    first()
  }
  for (const signal of SIGNALS) process.on(signal, listener)
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener)
  }
}
