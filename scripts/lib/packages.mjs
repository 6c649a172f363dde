import { runQuietly } from './run.mjs'
import { say } from './say.mjs'

const isRoot = () => process.getuid?.() === 0
const has = (command) => runQuietly('sh', ['-c', `command -v ${command}`]).code === 0
let updated = false

/**
 * Installs Debian packages where that is possible without asking anyone: as root, with apt-get.
 * @returns null where they are installed, otherwise the reason in words with what to install
 */
export function aptInstall(packages, why) {
  const list = packages.join(' ')
  if (process.platform !== 'linux' || !has('apt-get')) return `${why}: install ${list}`
  if (!isRoot()) return `${why}: install it with "sudo apt-get install ${list}"`
  say(`Installing ${list} (apt-get): ${why} …`)
  const apt = (...args) => runQuietly('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  if (!updated) apt('update', '-qq')
  updated = true
  const { code, output } = apt('install', '-y', '-qq', '--no-install-recommends', ...packages)
  return code === 0 ? null : `${why}: apt-get install ${list} failed: ${output.trim().split('\n').at(-1)}`
}
