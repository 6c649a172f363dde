import { ensureDependencies } from './lib/dependencies.mjs'
import { runBundled } from './lib/node-bundle.mjs'

// The long run of test/fuzz: `-- --cases N --seed N`.
ensureDependencies()
process.exit(await runBundled('test/fuzz/main.ts', 'out/fuzz', process.argv.slice(2)))
