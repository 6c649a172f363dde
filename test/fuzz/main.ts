import { parseArgs } from 'node:util'
import { fuzz } from './fuzz'

const whole = (name: string, text: string): number => {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new Error(`--${name} must be a whole number, got ${text}`)
}

/** Tries many cases and prints what came of them; what fails is thrown, with its seed. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { cases: { type: 'string', default: '100000' }, seed: { type: 'string' } },
  })
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : whole('seed', values.seed)
  const cases = whole('cases', values.cases)
  console.log(`${cases} cases from seed ${seed}; the same again: npm run test:fuzz -- --seed ${seed} --cases ${cases}`)
  const started = performance.now()
  const { cases: done, outcomes, memory } = await fuzz({ cases, seed, say: console.log })
  const seconds = Math.round((performance.now() - started) / 1000)
  console.log(`${done} cases in ${seconds} s: no crash, no stray rejection, every transport answers`)
  for (const [outcome, times] of Object.entries(outcomes).sort((a, b) => b[1] - a[1]))
    console.log(`  ${String(times).padStart(7)} ${outcome}`)
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
  console.log(`held after a collection: ${mib(memory.middle)} MiB in the middle, ${mib(memory.end)} MiB at the end`)
}
