import { describe, expect, it } from 'vitest'
import { METRIC } from '../../src/core/domain/metrics'
import type { RunRow } from '../../src/core/domain/run'
import { forkLauncher } from '../../src/core/jobs/fork-launcher'
import { noChromium } from './browser'
import { builtTrainer } from './builds'
import { eventually, pageTests } from './page-tests'

const SPEC = {
  name: 'broken off',
  dataset: { kind: 'spirals', train: 320, validation: 60 },
  model: { preset: 'mlp' },
  schedule: { kind: 'one-cycle', maxLr: 0.2 },
  batchSize: 48,
  budget: { steps: 12_000 },
  evaluate: { everySteps: 500 },
  seed: 4,
  engine: 'wasm',
}

describe.skipIf(noChromium)(`resuming from the page${noChromium && ` (${noChromium})`}`, () => {
  const trainers = new Set<number>()
  const tests = pageTests(
    () => {},
    async () => {
      const launch = forkLauncher(await builtTrainer())
      return () => {
        const trainer = launch()
        trainers.add(trainer.pid!)
        trainer.onExit(() => trainers.delete(trainer.pid!))
        return trainer
      }
    },
  )

  it('goes on after a stop, and after its trainer was killed; no point is drawn twice', async () => {
    const { core } = tests.served
    const { runs } = (await core.api.call('runs.create', { spec: SPEC })) as { runs: RunRow[] }
    const id = runs[0]!.id
    const page = await tests.open(`/runs/${id}`)
    const newest = () => core.storage.checkpoints.list(id)[0]?.step ?? 0
    const steps = () => core.storage.runs.get(id).steps

    await page.waitForSelector('.pill--running')
    await eventually(steps).toBeGreaterThan(600)
    await page.keyboard.press('Control+.')
    await page.waitForSelector('h2:has-text("Stopped after step")')
    await eventually(() => page.textContent('.side')).toContain('as if it had never ended')
    expect(newest()).toBe(steps())
    await page.keyboard.press('r')
    await page.waitForSelector('.pill--running')

    await eventually(() => steps() > newest() + 50 && newest() >= 1500).toBe(true)
    const [trainer] = trainers
    process.kill(trainer!, 'SIGKILL')
    await page.waitForSelector('h2:has-text("Interrupted after step")')
    await eventually(() => page.textContent('.side')).toMatch(
      /The [\d\u2009]+ after it are trained again, to the same values/,
    )
    await page.click('button:has-text("Resume")')
    await eventually(() => page.locator('.pill--finished').count()).toBe(1)

    const { steps: recorded } = core.storage.metrics.series(id, METRIC.trainLoss)
    expect([...recorded]).toEqual(Array.from({ length: 12_000 }, (_, t) => t))
    // 12 000 training losses and 24 of evaluations.
    await eventually(() => page.textContent('.plots')).toMatch(/of 12.024 points drawn/)
  })

  it('is not offered where there is no checkpoint; the settings can be trained again', async () => {
    const { core } = tests.served
    const { runs } = (await core.api.call('runs.create', { spec: { ...SPEC, checkpoint: null } })) as { runs: RunRow[] }
    const id = runs[0]!.id
    await eventually(() => core.storage.runs.get(id).steps).toBeGreaterThan(50)
    await core.api.call('runs.stop', { run: id })
    const page = await tests.open(`/runs/${id}`)
    await eventually(() => page.textContent('.side')).toContain('It has no checkpoint to go on from')
    expect(await page.locator('button:has-text("Resume")').count()).toBe(0)
    expect(await page.locator('a:has-text("Train again from the start")').count()).toBe(1)
  })
})
