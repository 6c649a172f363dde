import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ROOT } from './lib/root.mjs'
import { runHere, runQuietly } from './lib/run.mjs'
import { fail, say } from './lib/say.mjs'
import { setup } from './lib/setup.mjs'
import { ensureChromium } from './lib/chromium.mjs'

const shared = new Set(['measure'])
const known = readdirSync(join(ROOT, 'bench'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => basename(name, '.ts'))
  .filter((name) => !shared.has(name))

const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith('-'))
const unknown = wanted.find((name) => !known.includes(name))
if (unknown) fail(`There is no benchmark "${unknown}"; there are ${known.join(', ')}`, 2)

await setup()
const { code, output } = runQuietly('vite', ['build', '-c', 'vite.bench.config.ts', '--logLevel', 'warn'])
if (code !== 0) fail(`The benchmarks could not be built:\n${output.trim().slice(-2000)}`)
const env = { ...process.env, ANNEAL_CHROMIUM: ensureChromium().path ?? '' }
for (const name of wanted.length ? wanted : known) {
  say(`\n${name}`)
  const script = `import(${JSON.stringify(join(ROOT, 'out/bench', `${name}.js`))}).then((bench) => bench.run())`
  const status = await runHere('node', ['-e', script], {
    env: { ...env, PATH: join(ROOT, 'node_modules/.bin') + ':' + env.PATH },
  })
  if (status !== 0) process.exit(status)
}
