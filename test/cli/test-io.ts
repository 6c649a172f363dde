import type { Io } from '../../src/cli/io'

/** An Io that keeps what is written; `terminal` is the width of the terminal, absent for pipes. */
export function createTestIo({
  terminal,
  answer = null,
  stdin = '',
}: { terminal?: number; answer?: string | null; stdin?: string } = {}) {
  const written = { out: '', err: '' }
  const io: Io = {
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    outWidth: () => terminal ?? Infinity,
    errWidth: () => terminal ?? null,
    ask: async () => answer,
    readStdin: async () => stdin,
  }
  return { io, written }
}
