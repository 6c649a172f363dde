import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { servePage } from '../src/cli/serve-page'
import { type Core, createCore } from '../src/core/create-core'
import type { ScheduleSpec } from '../src/core/domain/schedules/registry'
import { parseRunSpec } from '../src/core/domain/spec/run-spec'
import { median, table } from './measure'
import { launchBrowser } from './pages/browser'
import { framesOf, specOf, talker } from './pages/talking-trainer'

const ROUNDS = 7
const STEPS = 1000
/** Streaming: so many updates a second from each of three runs. */
const RATE = 1000
const STREAM_STEPS = 10_000
const SCHEDULES: ScheduleSpec[] = [
  { kind: 'constant', lr: 0.05 },
  { kind: 'step', lr: 0.1, everySteps: 334, gamma: 0.1 },
  parseRunSpec({
    dataset: { kind: 'glyphs' },
    model: { preset: 'mlp' },
    schedule: { kind: 'one-cycle', maxLr: 0.3 },
    budget: { steps: 1 },
  }).schedule,
]

/** Three finished runs, stored as training would have stored them. */
function storeRuns({ storage }: Core): void {
  SCHEDULES.forEach((schedule, i) => {
    const spec = specOf(schedule, STEPS)
    const id = `bench00${i}`
    storage.runs.create({ id, spec, name: spec.name, totalSteps: STEPS, peakLr: 0.1, createdAt: i })
    storage.runs.setStatus(id, 'running')
    for (let t = 0; t < STEPS; t += 50) storage.metrics.append(id, framesOf(spec, STEPS, t, t + 50, i), t + 50)
    storage.metrics.seal(id)
    storage.runs.setStatus(id, 'finished')
  })
}

/** What `watch` leaves in the page. */
interface Probe {
  drawnAt?: number
  counted(): string
}
const PATIENT = { timeout: 60_000 }

/** In the page (text, because this program has no DOM): notes when all points are drawn, and every long task. */
const watch = (points: string) => `
  window.long = []
  new PerformanceObserver((list) => window.long.push(...list.getEntries().map((entry) => entry.duration)))
    .observe({ entryTypes: ['longtask'] })
  window.counted = () => document.querySelector('[data-count=loss]')?.textContent?.replaceAll('\\u2009', '') ?? ''
  const look = () => {
    if (window.counted().includes(${JSON.stringify(points)})) window.drawnAt ??= performance.now()
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)`

/** In the page: how many of the first three runs' colours are painted on the first canvas; curves, not only a sentence. */
const PAINTED = `(() => {
  const canvas = document.querySelector('canvas')
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  const probe = document.createElement('canvas').getContext('2d')
  return [1, 2, 3].filter((run) => {
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--run-' + run)
    probe.fillRect(0, 0, 1, 1)
    const want = probe.getImageData(0, 0, 1, 1).data
    for (let i = 0; i < data.length; i += 4)
      if (Math.hypot(data[i] - want[0], data[i + 1] - want[1], data[i + 2] - want[2]) < 40) return true
    return false
  }).length
})()`

async function open(browser: Browser, url: string, points: string): Promise<Page> {
  // A context of its own: nothing cached, as on the first visit.
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.addInitScript({ content: watch(points) })
  await page.goto(url)
  return page
}

async function withPage<T>(parallel: number, action: (core: Core, url: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'anneal-bench-'))
  const core = await createCore({ dir, kind: 'serve', launcher: talker(RATE), parallel })
  const served = await servePage(core)
  try {
    return await action(core, served.url)
  } finally {
    await served.close()
    await core.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function openToCurves(browser: Browser): Promise<(string | number)[]> {
  return withPage(1, async (core, url) => {
    storeRuns(core)
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const page = await open(browser, url, `of ${3 * STEPS} points drawn`)
      await page.waitForFunction(() => (globalThis as unknown as Probe).drawnAt !== undefined, undefined, PATIENT)
      times.push(await page.evaluate<number>('window.drawnAt'))
      const painted = await page.evaluate<number>(PAINTED)
      if (painted !== 3) throw new Error(`Only ${painted} of 3 runs are painted`)
      await page.context().close()
    }
    const sorted = times.map(Math.round).sort((a, b) => a - b)
    return [
      'open the address to curves of 3 runs x 1000 steps, ms',
      Math.round(median(times)),
      '1500',
      sorted.join(' '),
    ]
  })
}

async function streaming(browser: Browser): Promise<(string | number)[][]> {
  return withPage(3, async (core, url) => {
    const page = await open(browser, url, 'points drawn')
    await page.waitForSelector('text=Train your first run')
    await page.evaluate('window.long = []')
    const created = SCHEDULES.map((schedule) =>
      core.api.call('runs.create', { spec: specOf(schedule, STREAM_STEPS), seeds: [1] }),
    )
    const runs = (await Promise.all(created)).flatMap((answer) => (answer as { runs: { id: string }[] }).runs)
    await Promise.all(runs.map(({ id }) => core.jobs.ended(id)))
    await page.waitForFunction(
      (points) => (globalThis as unknown as Probe).counted().includes(points),
      `of ${3 * STREAM_STEPS} points`,
      PATIENT,
    )
    const long = (await page.evaluate<number[]>('window.long')).sort((a, b) => b - a)
    await page.context().close()
    const over = long.filter((ms) => ms > 100).length
    const list = long.slice(0, 8).map(Math.round).join(' ') || 'none over 50'
    return [
      [`long tasks over 100 ms while 3 runs x ${STREAM_STEPS} steps stream at ${RATE} steps/s each`, over, '0', list],
    ]
  })
}

/** How soon the page shows curves, and whether it stays responsive while runs stream in. */
export async function run(): Promise<void> {
  const browser = await launchBrowser()
  try {
    const rows = [await openToCurves(browser), ...(await streaming(browser))]
    table([['figure', 'measured', 'limit', 'all, ms'], ...rows])
  } finally {
    await browser.close()
  }
}
