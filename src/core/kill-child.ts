import type { ChildProcess } from 'node:child_process'

/**
 * Sends a signal to a child process, and to no other.
 *
 * A child that could not be started (no such program) has no process id, yet until its exit is reported Node's own
 * `kill` signals whatever number lies in the memory of the one it never got: any process, or, where it is 0, the whole
 * process group of this program.
 */
export function killChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): void {
  if (child.pid !== undefined) child.kill(signal)
}
