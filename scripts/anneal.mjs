import { join } from 'node:path'
import { ROOT } from './lib/root.mjs'
import { runHere } from './lib/run.mjs'
import { setup } from './lib/setup.mjs'

await setup()
// Paths in the arguments are the caller's: npm moves to the project's folder and remembers where it came from.
const cwd = process.env.INIT_CWD ?? process.cwd()
process.exit(await runHere('node', [join(ROOT, 'out/node/cli.js'), ...process.argv.slice(2)], { cwd }))
