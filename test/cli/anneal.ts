import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import type { RunSpecInput } from '../../src/core/domain/spec/run-spec'

const CLI = fileURLToPath(new URL('../../out/node/cli.js', import.meta.url))

/** A real run of a second: two spirals, a small network, pure JS kernels. */
export const TINY: RunSpecInput = {
  name: 'tiny',
  dataset: { kind: 'spirals', train: 300, validation: 100 },
  model: { preset: 'mlp' },
  schedule: { kind: 'one-cycle', maxLr: 0.2 },
  batchSize: 32,
  budget: { steps: 30 },
  evaluate: { everySteps: 10 },
  seed: 1,
  engine: 'cpu',
}

/** The same without an end in sight, to be stopped. */
export const LONG: RunSpecInput = { ...TINY, name: 'long', budget: { steps: 1_000_000 } }

export interface Ended {
  code: number | null
  out: string
  err: string
}

interface Given {
  input?: string
  cwd?: string
  env?: Record<string, string>
}

export interface Process {
  child: ChildProcessWithoutNullStreams
  /** Resolves when a text has appeared on a stream; rejects where the process ends without it. */
  says(stream: 'out' | 'err', pattern: RegExp): Promise<RegExpMatchArray>
  ended: Promise<Ended>
}

/** Processes that have not ended; a test that fails leaves none of them running. */
const living = new Set<ChildProcessWithoutNullStreams>()
afterAll(() => living.forEach((child) => child.kill('SIGKILL')))

/** Starts the built command line as a real process. */
export function startAnneal(args: readonly string[], { input = '', cwd, env }: Given = {}): Process {
  if (!existsSync(CLI)) throw new Error(`${CLI} is not built: npm run build`)
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', ...env },
  })
  living.add(child)
  child.once('close', () => living.delete(child))
  const text = { out: '', err: '' }
  const waiting = new Set<() => void>()
  const heard = () => waiting.forEach((look) => look())
  child.stdout.setEncoding('utf8').on('data', (piece: string) => ((text.out += piece), heard()))
  child.stderr.setEncoding('utf8').on('data', (piece: string) => ((text.err += piece), heard()))
  // A process that refuses its arguments has gone before it reads.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...text }))
  })
  const says: Process['says'] = (stream, pattern) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(text[stream])
        if (!match) return
        waiting.delete(look)
        resolve(match)
      }
      waiting.add(look)
      look()
      void ended.then(({ code, out, err }) =>
        reject(new Error(`ended with ${code} before ${pattern}:\n${out}\n${err}`)),
      )
    })
  return { child, says, ended }
}

/** Runs the built command line to its end. */
export const anneal = (args: readonly string[], given?: Given): Promise<Ended> => startAnneal(args, given).ended

/** The one JSON value that `--json` prints. */
export function jsonOf<T>({ code, out, err }: Ended): T {
  if (code !== 0) throw new Error(`exit ${code}\n${out}\n${err}`)
  return JSON.parse(out) as T
}

export interface Folder {
  path: string
  /** Path in the folder of a workspace that does not exist yet. */
  data: string
  write(name: string, content: unknown): string
  remove(): void
}

export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'anneal-cli-'))
  return {
    path,
    data: join(path, 'data'),
    write(name, content) {
      const file = join(path, name)
      writeFileSync(
        file,
        typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content),
      )
      return file
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  }
}
