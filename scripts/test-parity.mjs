import { ensureDependencies } from './lib/dependencies.mjs'
import { runBundled } from './lib/node-bundle.mjs'

// Executes exported code in PyTorch, Keras and fastai, which come from PyPI the first time: some gigabytes.
ensureDependencies()
process.exit(await runBundled('test/parity/parity.ts', 'out/parity'))
