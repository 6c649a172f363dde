import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createCore } from '../src/core/create-core'
import { writeLongRuns, writeSweep } from './workspace/write-runs'

const USAGE = 'npm run bench -- workspace --dir DIR [--runs 10000] [--steps N] [--seed 1]'

const whole = (name: string, text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number above 0, got ${text}`)
  return value
}

/**
 * Fills a workspace with generated runs: nothing is trained, and their tags and notes say so. Without `--steps` many short
 * runs of all kinds; with it runs that record each of so many updates. Can be called again for one folder, with another
 * seed or other steps.
 */
export async function run(args: string[] = []): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      dir: { type: 'string' },
      runs: { type: 'string', default: '10000' },
      steps: { type: 'string' },
      seed: { type: 'string', default: '1' },
    },
  })
  if (!values.dir) throw new Error(`A folder is needed: ${USAGE}`)
  const runs = whole('runs', values.runs)
  const seed = whole('seed', values.seed)
  // npm stands in the project's folder; a path is the caller's.
  const dir = resolve(process.env.INIT_CWD ?? '', values.dir)
  const core = await createCore({ dir, kind: 'cli' })
  const start = performance.now()
  try {
    const written =
      values.steps === undefined
        ? writeSweep(core.storage, runs, seed)
        : writeLongRuns(core.storage, runs, whole('steps', values.steps), seed)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    const { ids, points, diverged } = written
    console.log(`${ids.length} generated runs (${diverged} diverged), ${points} points, in ${seconds} s: ${dir}`)
  } finally {
    await core.close()
  }
}
