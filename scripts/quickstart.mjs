import { join } from 'node:path'
import { ensureEngine } from './lib/engine.mjs'
import { ROOT } from './lib/root.mjs'
import { callerFolder, runHere } from './lib/run.mjs'
import { setup } from './lib/setup.mjs'

await setup()
await ensureEngine()
process.exit(
  await runHere('node', [join(ROOT, 'out/node/cli.js'), 'quickstart', ...process.argv.slice(2)], {
    cwd: callerFolder(),
  }),
)
