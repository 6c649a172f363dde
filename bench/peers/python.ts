import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The peers' versions; what else they need comes with them. */
const PACKAGES = ['tensorflow-cpu==2.21.0', 'torch==2.15.0']

/** Out of the way of everything else, and gone with node_modules. */
export const CACHE = resolve('node_modules/.cache/anneal-bench')

/**
 * A Python with TensorFlow, Keras and PyTorch of its own, made once; says what it does.
 * @returns its interpreter, or null where it cannot be had, which is said
 */
export function benchPython(): string | null {
  const folder = join(CACHE, 'python')
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const done = join(folder, 'anneal-bench.txt')
  if (existsSync(done) && existsSync(python)) return python
  console.log(`Makes a Python environment in ${folder} with ${PACKAGES.join(' and ')} from PyPI: some gigabytes, once`)
  mkdirSync(CACHE, { recursive: true })
  const run = (command: string, args: string[]) => spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const made =
    run('python3', ['-m', 'venv', folder]).status === 0 &&
    run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', ...PACKAGES]).status === 0
  if (made) {
    writeFileSync(done, PACKAGES.join('\n') + '\n')
    return python
  }
  rmSync(folder, { recursive: true, force: true })
  console.log('That failed: Keras and PyTorch are left out (a python3 with venv and a connection to PyPI are needed)')
  return null
}
