/** As much of a child process as a signal needs; the id is missing where the program could not be started. */
interface Child {
  readonly pid?: number | undefined
  kill(signal: 'SIGTERM' | 'SIGKILL'): unknown
}

/**
 * Sends a signal to a child process, and to no other.
 *
 * Until the failed start of a child is reported, Node's own `kill` signals whatever number lies in the memory of the
 * process it never got: any process, or, where it is 0, the whole process group of this program.
 */
export function killChild(child: Child, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): void {
  if (child.pid !== undefined) child.kill(signal)
}
