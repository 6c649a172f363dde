import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ROOT } from './lib/root.mjs'
import { runHere, runQuietly } from './lib/run.mjs'
import { fail, say } from './lib/say.mjs'
import { setup } from './lib/setup.mjs'
import { ensureChromium } from './lib/chromium.mjs'
import { electronEnv, ensureElectronForTests } from './lib/test-electron.mjs'

const shared = new Set(['measure', 'talking-child', 'panning-child'])
const known = readdirSync(join(ROOT, 'bench'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => basename(name, '.ts'))
  .filter((name) => !shared.has(name))

/** These only make something, or take minutes and a gigabyte: they run when they are named. */
const onlyNamed = new Set(['workspace', 'scale'])

// Names come first; from the first option on the rest belongs to the benchmark.
const given = process.argv.slice(2)
const firstOption = given.findIndex((arg) => arg.startsWith('-'))
const wanted = firstOption < 0 ? given : given.slice(0, firstOption)
const options = firstOption < 0 ? [] : given.slice(firstOption)
const unknown = wanted.find((name) => !known.includes(name))
if (unknown) fail(`There is no benchmark "${unknown}"; there are ${known.join(', ')}`, 2)

await setup()
const { code, output } = runQuietly('vite', ['build', '-c', 'vite.bench.config.ts', '--logLevel', 'warn'])
if (code !== 0) fail(`The benchmarks could not be built:\n${output.trim().slice(-2000)}`)
const names = wanted.length ? wanted : known.filter((one) => !onlyNamed.has(one))
const env = {
  ...process.env,
  ANNEAL_CHROMIUM: ensureChromium().path ?? '',
  ...(names.includes('desktop') && electronEnv(ensureElectronForTests())),
}
for (const name of names) {
  say(`\n${name}`)
  const script = `import(${JSON.stringify(join(ROOT, 'out/bench', `${name}.js`))}).then((bench) => bench.run(process.argv.slice(1)))`
  const status = await runHere('node', ['-e', script, '--', ...options], {
    env: { ...env, PATH: join(ROOT, 'node_modules/.bin') + ':' + env.PATH },
  })
  if (status !== 0) process.exit(status)
}
