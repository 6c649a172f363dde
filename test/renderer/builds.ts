import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { build } from 'vite'

const ROOT = resolve(import.meta.dirname, '../..')

/** Folder with the built page: the project's own build where it is up to date, else one made for the tests and kept. */
export const builtPage = (): Promise<string> =>
  upToDate({
    name: 'page',
    sources: [
      'src/renderer',
      'src/core/domain',
      'src/core/api',
      'src/core/emitter.ts',
      'vite.page.config.ts',
      'package-lock.json',
    ],
    own: 'out/renderer',
    witness: 'index.html',
    build: (outDir) =>
      build({
        configFile: join(ROOT, 'vite.page.config.ts'),
        logLevel: 'error',
        build: { outDir, emptyOutDir: true },
      }),
  })

/** The built trainer, in the same way. */
export const builtTrainer = async (): Promise<string> =>
  join(
    await upToDate({
      name: 'node',
      sources: ['src/core', 'package-lock.json'],
      own: 'out/node',
      witness: 'trainer.js',
      build: (outDir) =>
        build({
          root: ROOT,
          configFile: join(ROOT, 'vite.node.config.ts'),
          logLevel: 'error',
          build: { outDir, emptyOutDir: true },
        }),
    }),
    'trainer.js',
  )

interface Build {
  name: string
  sources: readonly string[]
  /** The project's own folder for it, and the file in there that is as old as the build. */
  own: string
  witness: string
  build(outDir: string): Promise<unknown>
}

async function upToDate({ name, sources, own, witness, build }: Build): Promise<string> {
  const files = sources.flatMap(filesOf)
  const built = statSync(join(ROOT, own, witness), { throwIfNoEntry: false })
  if (built && files.every((file) => statSync(file).mtimeMs < built.mtimeMs)) return join(ROOT, own)

  const key = createHash('sha256')
  for (const file of files) key.update(`${file} ${statSync(file).mtimeMs}\n`)
  const kept = join(ROOT, 'test/.artifacts', `${name}-${key.digest('hex').slice(0, 16)}`)
  if (existsSync(kept)) return kept
  mkdirSync(dirname(kept), { recursive: true })
  // Built aside and renamed, so that two test files at once never see half of it.
  const aside = mkdtempSync(`${kept}-`)
  await build(aside)
  try {
    renameSync(aside, kept)
  } catch {
    rmSync(aside, { recursive: true, force: true })
  }
  return kept
}

function filesOf(path: string): string[] {
  const full = join(ROOT, path)
  if (!statSync(full).isDirectory()) return [full]
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
