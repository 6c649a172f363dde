import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/domain/errors'
import { TRACK } from '../../src/core/domain/metrics'
import type { RunRow } from '../../src/core/domain/run'
import { frame } from '../storage/support/workspace'
import { noChromium } from './browser'
import { eventually, pageTests } from './page-tests'
import { toldTrainers } from './told-trainers'

const SPEC = {
  name: 'full',
  dataset: { kind: 'spirals' },
  model: { preset: 'mlp' },
  schedule: { kind: 'constant', lr: 0.1 },
  budget: { steps: 900 },
}

describe.skipIf(noChromium)(`a disk that takes nothing, on the page${noChromium && ` (${noChromium})`}`, () => {
  const trainers = toldTrainers()
  const tests = pageTests(
    () => {},
    () => Promise.resolve(trainers.launcher),
  )
  const create = async (): Promise<RunRow> =>
    ((await tests.served.core.api.call('runs.create', { spec: SPEC })) as { runs: RunRow[] }).runs[0]!
  const points = (from: number, n: number) => [frame('update', [...TRACK.update], from, n, (step) => 1 / (1 + step))]

  it('lets the run say that it waits and for what, until it goes on by itself', async () => {
    const { storage } = tests.served.core
    const { id } = await create()
    trainers.batch(id, 300, points(0, 300))
    const page = await tests.open(`/runs/${id}`)
    await page.waitForSelector('.pill--running')
    const { append } = storage.metrics
    storage.metrics.append = () => {
      throw new AppError('workspace.full', 'The disk or its quota is full: anneal.db could not grow')
    }
    trainers.batch(id, 600, points(300, 300))
    await page.waitForSelector('[data-waits] h2:has-text("Waits: the disk is full")')
    expect(await page.textContent('[data-waits]')).toContain('300 steps of 900 are stored')
    await page.waitForSelector('.toast--caution:has-text("full waits: The disk or its quota is full")')
    expect(storage.runs.get(id).steps).toBe(300)
    storage.metrics.append = append
    await page.waitForSelector('[data-waits]', { state: 'detached' })
    await eventually(() => storage.runs.get(id).steps).toBe(600)
    trainers.batch(id, 900, points(600, 300))
    trainers.end(id, { status: 'finished' })
    await page.waitForSelector('.pill--finished')
    expect([...storage.metrics.series(id, 'train/loss').steps]).toEqual(Array.from({ length: 900 }, (_, step) => step))
  })

  it('says of a run how many of its updates a damaged log has lost', async () => {
    const { storage, api } = tests.served.core
    const { id } = await create()
    trainers.batch(id, 300, points(0, 300))
    await api.call('runs.stop', { run: id })
    const { get } = storage.runs
    storage.runs.get = (run) => ({ ...get(run), missing: 120 })
    const page = await tests.open(`/runs/${id}`)
    await eventually(() => page.textContent('[data-missing]')).toContain(
      '120 updates that were stored are lost, from update 300 on',
    )
    storage.runs.get = get
  })
})
