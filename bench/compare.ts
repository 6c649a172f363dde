import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser } from 'playwright-core'
import { servePage } from '../src/cli/serve-page'
import { type Core, createCore } from '../src/core/create-core'
import { table } from './measure'
import { launchBrowser } from './pages/browser'
import { compareFigures } from './pages/compare-figures'
import { type FigureRow, HEAD } from './pages/figures'
import { memoryFigures, RUNS } from './pages/memory-figures'
import { runsFigures } from './pages/runs-figures'
import { talker } from './pages/talking-trainer'
import { longGroup, writeLongRuns, writeSweep } from './workspace/write-runs'

const PARTS = ['runs', 'compare', 'memory'] as const
const SWEEP = 10_000
const COMPARED = 100
/** Updates of runs that are compared, and the limit in ms. */
const LONG = [
  [10_000, '500'],
  [100_000, '700'],
] as const
/** Updates a second of each run that streams: an hour in under a minute. */
const RATE = 3000

/** A real core with the real page over a workspace: a kept one, or a fresh one that is removed in the end. */
async function onWorkspace<T>(action: (core: Core, url: string) => Promise<T>, kept?: string): Promise<T> {
  const dir = kept ?? mkdtempSync(join(tmpdir(), 'anneal-bench-'))
  const core = await createCore({ dir, kind: 'serve', launcher: talker(RATE), parallel: RUNS })
  const served = await servePage(core)
  try {
    return await action(core, served.url)
  } finally {
    await served.close()
    await core.close()
    if (!kept) rmSync(dir, { recursive: true, force: true })
  }
}

/** Ids of the generated runs that record so many updates each; written where they are not there yet. */
function longRuns({ storage }: Core, steps: number): string[] {
  const group = longGroup(COMPARED, steps)
  const there = storage.runs.all().filter((run) => run.group === group)
  return there.length ? there.map(({ id }) => id) : writeLongRuns(storage, COMPARED, steps).ids
}

/** Runs and Compare over 10 000 generated runs, and two hundred long ones where they are compared. */
const tables = (browser: Browser, parts: readonly string[], dir?: string) =>
  onWorkspace(async (core, url) => {
    const { runs } = core.storage
    if (!runs.count()) {
      console.log(`writes ${SWEEP} generated runs`)
      writeSweep(core.storage, SWEEP)
    }
    const rows = parts.includes('runs') ? await runsFigures(browser, url, runs.count()) : []
    if (!parts.includes('compare')) return rows
    for (const [steps, limit] of LONG)
      rows.push(...(await compareFigures(browser, url, longRuns(core, steps), steps, limit)))
    return rows
  }, dir)

/**
 * The figures of the pages over many runs, in a real browser on a real server; medians of at least seven.
 * `--part runs|compare|memory` measures only that; `--dir DIR` keeps the workspace there for the next time.
 */
export async function run(args: string[] = []): Promise<void> {
  const { values } = parseArgs({ args, options: { part: { type: 'string' }, dir: { type: 'string' } } })
  const parts = PARTS.filter((part) => !values.part || part === values.part)
  if (!parts.length) throw new Error(`--part must be one of ${PARTS.join(', ')}, got ${values.part}`)
  const browser = await launchBrowser()
  try {
    const rows: FigureRow[] = [HEAD]
    if (parts.some((part) => part !== 'memory')) rows.push(...(await tables(browser, parts, values.dir)))
    if (parts.includes('memory')) rows.push(...(await onWorkspace((core, url) => memoryFigures(browser, core, url))))
    table(rows)
  } finally {
    await browser.close()
  }
}
