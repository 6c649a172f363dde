import { AppError } from '../../domain/errors'
import { runCommand } from './run-command'

/** A pip that can fetch wheels, and how to call it. */
export interface Pip {
  command: string
  /** What comes before pip's own arguments. */
  args: readonly string[]
  /** Major and minor. */
  version: readonly [number, number]
}

/** The first that knows platform tags like manylinux_2_27 (PEP 600). */
const LEAST_PIP = [20, 3] as const
/** A first start from a cold disk takes seconds, uv fetches pip the first time; after this long it does not answer. */
const PATIENCE_MS = 60_000

/** `uv tool run` keeps pip in an environment of uv's own; nothing is installed into one of the user's. */
const candidates = (platform: string): (readonly string[])[] => [
  ['python3', '-m', 'pip'],
  ['python', '-m', 'pip'],
  ...(platform === 'win32' ? [['py', '-3', '-m', 'pip']] : []),
  ['uv', 'tool', 'run', 'pip'],
]

/**
 * The first pip that answers: that of python3, python, or py -3 (Windows), else one that uv runs.
 * @throws AppError engine.unavailable saying what was tried, what came of it, and what to install; cancelled
 */
export async function findPip(
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
  signal?: AbortSignal,
): Promise<Pip> {
  const tried: string[] = []
  for (const [command, ...args] of candidates(platform)) {
    const timeout = AbortSignal.timeout(PATIENCE_MS)
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout
    const result = await runCommand(command!, [...args, '--version'], { env, signal: either })
    if (signal?.aborted) throw new AppError('cancelled', 'The search for Python was cancelled')
    const version = result.code === 0 ? pipVersion(result.output) : null
    if (version && isNewEnough(version)) return { command: command!, args, version }
    if (result.missing) tried.push(`${command} is not there`)
    else if (version) tried.push(`${command} has pip ${version.join('.')}, older than ${LEAST_PIP.join('.')}`)
    else if (timeout.aborted) tried.push(`${command} did not answer within ${PATIENCE_MS / 1000} s`)
    else
      tried.push(
        `${command} ${command === 'uv' ? 'could not run pip' : 'has no pip'} (${lastLine(result.output) || `exit status ${result.code}`})`,
      )
  }
  const hint = `${toInstall(platform)}, then try again; or set ANNEAL_LIBTENSORFLOW to a libtensorflow of your own`
  throw new AppError(
    'engine.unavailable',
    `TensorFlow is fetched with pip, and no usable one was found: ${tried.join('; ')}. ${hint}`,
    { reason: 'python', got: tried.join('; '), allowed: `pip ${LEAST_PIP.join('.')} or newer, or uv`, hint },
  )
}

/** Reads `pip 24.1.2 from … (python 3.12)`, whatever comes before it. */
export function pipVersion(text: string): [number, number] | null {
  const found = /^pip (\d+)\.(\d+)/m.exec(text)
  return found ? [Number(found[1]), Number(found[2])] : null
}

/** Is a pip at least of this version? */
export const pipAtLeast = (version: readonly [number, number], major: number, minor: number): boolean =>
  version[0] > major || (version[0] === major && version[1] >= minor)

const isNewEnough = (version: readonly [number, number]) => pipAtLeast(version, ...LEAST_PIP)

const lastLine = (text: string): string => text.trim().split('\n').at(-1)!.trim()

const toInstall = (platform: string): string =>
  platform === 'darwin'
    ? 'Install Python with pip (brew install python) or uv (brew install uv)'
    : platform === 'win32'
      ? 'Install Python from python.org or uv (winget install astral-sh.uv)'
      : 'Install pip (Debian, Ubuntu: sudo apt install python3-pip; Fedora: sudo dnf install python3-pip) or uv'
