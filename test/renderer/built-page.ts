import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { dirname, join, resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { build } from 'vite'

const ROOT = resolve(import.meta.dirname, '../..')
/** Everything that the page is made of. */
const SOURCES = ['src/renderer', 'src/core/domain', 'src/core/api', 'src/core/emitter.ts', 'package-lock.json']

/** Folder with the built page: the project's own build where it is up to date, else one made for the tests and kept. */
export async function builtPage(): Promise<string> {
  const files = SOURCES.flatMap(filesOf)
  const newest = Math.max(...files.map((file) => statSync(file).mtimeMs))
  const own = join(ROOT, 'out/renderer')
  const index = statSync(join(own, 'index.html'), { throwIfNoEntry: false })
  if (index && index.mtimeMs > newest) return own

  const key = createHash('sha256')
  for (const file of files) key.update(`${file} ${statSync(file).mtimeMs}\n`)
  const kept = join(ROOT, 'test/.artifacts', `page-${key.digest('hex').slice(0, 16)}`)
  if (!existsSync(kept)) await buildInto(kept)
  return kept
}

/** Builds aside and renames, so that two test files at once never see half a page. */
async function buildInto(folder: string): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true })
  const aside = mkdtempSync(`${folder}-`)
  await build({
    configFile: false,
    root: join(ROOT, 'src/renderer'),
    base: './',
    plugins: [vue()],
    logLevel: 'error',
    build: { outDir: aside, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  })
  try {
    renameSync(aside, folder)
  } catch {
    rmSync(aside, { recursive: true, force: true })
  }
}

function filesOf(path: string): string[] {
  const full = join(ROOT, path)
  if (!statSync(full).isDirectory()) return [full]
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
