import { readFileSync } from 'node:fs'

/**
 * When a process started, as the system counts it (/proc/PID/stat, field 22, and the boot it counts from): tells a
 * process from another one that got the same number later. Null where the system has no /proc.
 */
export function startTimeOf(pid: number): string | null {
  const fields = statOf(pid)
  if (!fields) return null
  return `${fields[19]}@${read('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}`
}

/**
 * Does the process that once had this number and start time still run? One that ended but was not yet waited for
 * does not. Where the start time is not known, any process with the number counts.
 */
export function isRunning(pid: number, startTime: string | null): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it runs, as somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const fields = statOf(pid)
  if (!fields) return true
  if (fields[0] === 'Z' || fields[0] === 'X') return false
  return startTime === null || startTime === startTimeOf(pid)
}

/** Fields of /proc/PID/stat from the third (state) on: the second, the command, may hold spaces and parentheses. */
function statOf(pid: number): string[] | null {
  const text = read(`/proc/${pid}/stat`)
  return text ? text.slice(text.lastIndexOf(')') + 2).split(' ') : null
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
