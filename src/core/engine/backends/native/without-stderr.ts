import koffi from 'koffi'

/** O_WRONLY has this value on every POSIX system. */
const WRITE_ONLY = 1
const STDERR = 2

/**
 * Runs something whose C code prints to standard error whatever it is told: TensorFlow announces oneDNN while it is
 * loaded, before any of its settings is read. Where somebody has asked for TensorFlow's log, nothing is hidden.
 */
export function withoutStderr<T>(work: () => T): T {
  if (process.platform === 'win32' || process.env.TF_CPP_MIN_LOG_LEVEL !== undefined) return work()
  const c = koffi.load(null)
  const open = c.func('int open(const char *path, int flags)')
  const [dup, dup2, close] = [
    c.func('int dup(int fd)'),
    c.func('int dup2(int from, int to)'),
    c.func('int close(int fd)'),
  ]
  const [kept, nowhere] = [dup(STDERR) as number, open('/dev/null', WRITE_ONLY) as number]
  try {
    if (kept >= 0 && nowhere >= 0) dup2(nowhere, STDERR)
    return work()
  } finally {
    if (kept >= 0) dup2(kept, STDERR)
    for (const fd of [kept, nowhere]) if (fd >= 0) close(fd)
  }
}
