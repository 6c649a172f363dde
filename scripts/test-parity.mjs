import { join } from 'node:path'
import { ensureDependencies } from './lib/dependencies.mjs'
import { ROOT } from './lib/root.mjs'
import { runHere } from './lib/run.mjs'
import { fail } from './lib/say.mjs'

// Executes exported code in PyTorch, Keras and fastai, which come from PyPI the first time: some gigabytes.
ensureDependencies()
const { build } = await import('vite')
const outDir = join(ROOT, 'out/parity')
await build({
  configFile: false,
  root: ROOT,
  logLevel: 'warn',
  build: { ssr: join(ROOT, 'test/parity/parity.ts'), outDir, emptyOutDir: true, target: 'node24', minify: false },
}).catch((error) => fail(`The comparison could not be built:\n${error.message}`))
const script = `import(${JSON.stringify(join(outDir, 'parity.js'))}).then((parity) => process.exit(parity.run()))`
process.exit(await runHere('node', ['-e', script]))
