import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'vitest'
import { openWorkspace } from '../../src/core/storage/open'
import { buildMain } from '../../test/electron/compat/build-main'
import { electron22 } from '../../test/electron/electron22'
import { launch } from '../../test/electron/launch'
import { table } from '../measure'
import { figure, HEAD } from '../pages/figures'
import { writeSweep } from '../workspace/write-runs'

/**
 * How long the window takes from the start of its process, over 1000 runs: `npm run bench -- desktop`. It judges nothing.
 */
const ROUNDS = 7
const { path: electron, reason } = electron22()
/** The page's clock counts from its own beginning; both in ms since the epoch. */
const PAINT = `performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0].startTime`
const ROWS = `document.querySelectorAll('[role=grid] .name').length > 0`

it.skipIf(reason !== null)(`start-up${reason ? ` (skipped: ${reason})` : ''}`, { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-startup-'))
  const data = join(folder, 'workspace')
  const storage = openWorkspace(data, { now: Date.now })
  writeSweep(storage, 1000)
  storage.close()
  const main = await buildMain(join(folder, 'main'))
  const painted: number[] = []
  const drawn: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const app = await launch({ electron, main, data, netLog: join(folder, 'net.json') })
    const rows = await app.page.evaluate<number>(
      `new Promise((done) => { const look = () => ${ROWS} ? requestAnimationFrame(() => done(Date.now())) : requestAnimationFrame(look); look() })`,
    )
    const began = await app.main<number>('process.getCreationTime()')
    painted.push((await app.page.evaluate<number>(PAINT)) - began)
    drawn.push(rows - began)
    await app.dispose()
  }
  rmSync(folder, { recursive: true, force: true })
  table([
    HEAD,
    figure('window shows its first content, ms', painted, '1000'),
    figure('table of 1000 runs drawn, ms, at most', drawn, '1500'),
  ])
  console.log(`load ${loadavg()[0]!.toFixed(1)}`)
})
