import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../domain/errors'
import { cancelled } from './cancelled'
import { pipFailure } from './pip-failure'
import { type Pip, pipAtLeast } from './python'
import { runCommand } from './run-command'
import { type Wheel, wheelRequest } from './wheels'

export interface DownloadOptions {
  pip: Pip
  env: NodeJS.ProcessEnv
  signal?: AbortSignal
  /** Told how many bytes have arrived, several times a second. */
  onBytes: (bytes: number) => void
}

const LOOK_EVERY_MS = 200
/** How often a pip that can go on with a broken download does so. */
const RESUMES = 20

/**
 * Fetches one wheel with `pip download`, which honours the user's index, proxy and certificates and installs nothing.
 *
 * @param folder made for this wheel, and removed again by the caller: pip's own temporary files lie in it too, so that
 *   nothing is left elsewhere when this process or pip is killed
 * @returns path of the file; its content is not checked
 * @throws AppError engine.failed, workspace.full, cancelled
 */
export async function downloadWheel(wheel: Wheel, folder: string, options: DownloadOptions): Promise<string> {
  const { pip, env, signal, onBytes } = options
  const [temporary, arrived, log] = ['tmp', 'arrived', 'pip.log'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await mkdir(temporary, { recursive: true })
  await mkdir(arrived)

  // The same for every pip and uv, which tell of their progress each in another way, or only on a terminal.
  const look = setInterval(
    () => void sizeOf(temporary).then((bytes) => onBytes(Math.min(bytes, wheel.bytes))),
    LOOK_EVERY_MS,
  )
  const result = await runCommand(
    pip.command,
    [...pip.args, ...downloadArguments(wheel, pip), '--dest', arrived, '--log', log],
    {
      // Only the installing into an environment wants one; a download does not.
      env: { ...env, TMPDIR: temporary, PIP_REQUIRE_VIRTUALENV: '0' },
      signal,
    },
  ).finally(() => clearInterval(look))

  if (signal?.aborted) throw cancelled()
  if (result.code !== 0) throw pipFailure(wheel, result.output, await readFile(log, 'utf8').catch(() => ''), folder)
  await rm(temporary, { recursive: true, force: true })
  const files = await readdir(arrived)
  if (!files.includes(wheel.file))
    throw new AppError(
      'engine.failed',
      `pip fetched ${files.join(', ') || 'nothing'} in place of ${wheel.file}. Nothing of it is used; look at the index that pip is set to use (pip config list)`,
      { reason: 'no-wheel', got: files.join(', '), allowed: wheel.file },
    )
  return join(arrived, wheel.file)
}

/** Arguments of pip for exactly this wheel, whatever Python pip itself runs on. */
export function downloadArguments(wheel: Wheel, { version }: Pick<Pip, 'version'>): string[] {
  const { requirement, platform } = wheelRequest(wheel)
  return [
    'download',
    '--no-deps',
    '--only-binary=:all:',
    ...['--implementation', 'cp', '--python-version', '3.11', '--abi', 'cp311', '--platform', platform],
    // The wheel is kept where the next attempt finds it; a second copy in pip's cache would only take space.
    '--no-cache-dir',
    '--disable-pip-version-check',
    '--no-input',
    // Nobody reads it; but a pip that writes ends by itself when the process that listens was killed.
    ...['--progress-bar', pipAtLeast(version, 24, 1) ? 'raw' : 'off'],
    ...(pipAtLeast(version, 25, 1) ? ['--resume-retries', String(RESUMES)] : []),
    requirement,
  ]
}

/** Bytes of all files below a folder; what vanishes meanwhile does not count. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
