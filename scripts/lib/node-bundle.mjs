import { join } from 'node:path'
import { ROOT } from './root.mjs'
import { runHere } from './run.mjs'
import { fail } from './say.mjs'

/**
 * Bundles a TypeScript file of the project for Node and calls its `run` with arguments.
 * @returns the exit status: what `run` returns where that is a number, 1 where it throws
 */
export async function runBundled(entry, outDir, args = []) {
  // Only now: the packages may have been installed a moment ago.
  const { build } = await import('vite')
  const out = join(ROOT, outDir)
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    build: { ssr: join(ROOT, entry), outDir: out, emptyOutDir: true, target: 'node24', minify: false },
  }).catch((error) => fail(`${entry} could not be built:\n${error.message}`))
  const file = join(out, entry.replace(/^.*\/(.+)\.ts$/, '$1.js'))
  const script = `import(${JSON.stringify(file)})
    .then((bundle) => bundle.run(process.argv.slice(1)))
    .then((code) => process.exit(code ?? 0), (error) => (console.error(error), process.exit(1)))`
  return runHere('node', ['-e', script, '--', ...args])
}
