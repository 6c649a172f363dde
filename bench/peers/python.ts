import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The versions that are measured and compared with; what else they need comes with them. */
const PEERS = ['tensorflow-cpu==2.21.0', 'torch==2.15.0']
export const FASTAI = 'fastai==2.8.12'

/** Beside node_modules, which every installation empties. */
export const CACHE = resolve('.cache/anneal-bench')

/**
 * A Python with TensorFlow, Keras and PyTorch of its own, made once; says what it does.
 * @param more packages that are wanted beside those
 * @returns its interpreter, or null where it cannot be had, which is said
 */
export function benchPython(more: readonly string[] = []): string | null {
  const folder = join(CACHE, 'python')
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const done = join(folder, 'anneal-bench.txt')
  const there = existsSync(done) && existsSync(python) ? readFileSync(done, 'utf8').trim().split('\n') : []
  const missing = [...PEERS, ...more].filter((wanted) => !there.includes(wanted))
  if (missing.length === 0) return python
  console.log(`Makes a Python environment in ${folder} with ${missing.join(' and ')} from PyPI: some gigabytes, once`)
  mkdirSync(CACHE, { recursive: true })
  const run = (command: string, args: string[]) => spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  // The versions that are there are named again: what comes now must not change them.
  const packages = [...new Set([...there, ...PEERS, ...more])]
  const made =
    (there.length > 0 || run('python3', ['-m', 'venv', folder]).status === 0) &&
    run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', ...packages]).status === 0
  if (made) {
    writeFileSync(done, packages.join('\n') + '\n')
    return python
  }
  // One that was whole before stays.
  if (there.length === 0) rmSync(folder, { recursive: true, force: true })
  console.log('That failed: a python3 with venv and a connection to PyPI are needed')
  return null
}
