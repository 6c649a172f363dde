import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { projectEnv, runHere } from './lib/run.mjs'
import { fail, say } from './lib/say.mjs'
import { setup } from './lib/setup.mjs'

// The long form of the tests that kill, cut and flip: `npm run test:torture -- --seed N --kills N`.
const { values } = parseArgs({ options: { seed: { type: 'string' }, kills: { type: 'string', default: '200' } } })
const whole = (name, text) => (/^\d{1,9}$/.test(text) ? text : fail(`--${name} must be a whole number, got "${text}"`))
const seed = whole('seed', values.seed ?? String(randomInt(1_000_000)))
const kills = whole('kills', values.kills)

await setup()
say(`Seed ${seed}, ${kills} kills of a core, a trainer or both, and 3/8 as many of backup, restore and update`)
const started = performance.now()
const env = { ...projectEnv(), ANNEAL_TORTURE: '1', ANNEAL_TORTURE_SEED: seed, ANNEAL_TORTURE_KILLS: kills }
const tests = ['test/torture', 'test/storage/salvage.test.ts', 'test/storage/log-damage.test.ts']
const limits = ['--testTimeout=7200000', '--hookTimeout=7200000']
const code = await runHere('vitest', ['run', ...tests, ...limits], { env })
say(
  `Seed ${seed}: ${code === 0 ? 'nothing was lost' : 'FAILED'}, ${((performance.now() - started) / 60_000).toFixed(1)} min`,
)
process.exit(code)
