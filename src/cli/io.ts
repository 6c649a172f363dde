/** Where a command reads and writes; the real one is the process's, tests give their own. */
export interface Io {
  /** Results, to standard output. */
  out(text: string): void
  /** Progress and messages, to standard error. */
  err(text: string): void
  /** Columns of the terminal that shows results; Infinity where it is a file or a pipe, so that nothing is cut. */
  outWidth(): number
  /** Columns of the terminal that shows progress; null where it is none. */
  errWidth(): number | null
  /** One line typed at the terminal; null where nobody can type. */
  ask(question: string): Promise<string | null>
  /** All of standard input as text. */
  readStdin(): Promise<string>
}

/** The process's own streams. A reader that goes away early (`anneal runs | head`) ends the command quietly. */
export function processIo(): Io {
  const quietly = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  }
  process.stdout.on('error', quietly)
  process.stderr.on('error', quietly)
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outWidth: () => (process.stdout.isTTY ? process.stdout.columns || 80 : Infinity),
    errWidth: () => (process.stderr.isTTY ? process.stderr.columns || 80 : null),
    ask: askAtTerminal,
    async readStdin() {
      process.stdin.setEncoding('utf8')
      let text = ''
      for await (const piece of process.stdin) text += piece
      return text
    },
  }
}

async function askAtTerminal(question: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  // Ctrl-D and Ctrl-C leave the question unanswered: the same as no.
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
  try {
    return await Promise.race([lines.question(question).catch(() => ''), closed])
  } finally {
    lines.close()
  }
}

/** Resolves when all that was written has left the process, so that exiting cuts nothing off. */
export const flushed = (): Promise<unknown> =>
  Promise.all([process.stdout, process.stderr].map((s) => new Promise<void>((done) => s.write('', () => done()))))
