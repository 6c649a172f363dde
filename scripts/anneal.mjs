import { join } from 'node:path'
import { ROOT } from './lib/root.mjs'
import { callerFolder, runHere } from './lib/run.mjs'
import { setup } from './lib/setup.mjs'

await setup()
process.exit(await runHere('node', [join(ROOT, 'out/node/cli.js'), ...process.argv.slice(2)], { cwd: callerFolder() }))
