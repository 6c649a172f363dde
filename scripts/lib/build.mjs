import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './root.mjs'
import { runAside } from './run.mjs'
import { fail, say } from './say.mjs'

const STAMP = join(ROOT, 'out', '.built-from')
const INPUTS = [
  'package-lock.json',
  'package.json',
  'vite.node.config.ts',
  'electron.vite.config.ts',
  'vite.page.config.ts',
  'src',
  'resources',
]

const filesOf = (path) => {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)))
}

function fingerprint() {
  const hash = createHash('sha256')
  for (const file of INPUTS.flatMap((path) => filesOf(join(ROOT, path)))) {
    hash.update(file.slice(ROOT.length)).update(readFileSync(file))
  }
  return hash.digest('hex')
}

/** Builds the core with its shells, the window and the page into out/, unless the sources are those of the last build. */
export async function ensureBuild() {
  const wanted = fingerprint()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  say('Building (vite), some seconds …')
  const builds = await Promise.all([
    runAside('vite', ['build', '-c', 'vite.node.config.ts', '--logLevel', 'warn']),
    runAside('electron-vite', ['build', '--logLevel', 'warn']),
  ])
  const broken = builds.find(({ code }) => code !== 0)
  if (broken) fail(`The build failed:\n${broken.output.trim().slice(-4000)}`)
  mkdirSync(join(ROOT, 'out'), { recursive: true })
  writeFileSync(STAMP, wanted)
}
