import { describe, expect, it } from 'vitest'
import { LONG, newWorkspace, openCore, resultOf, undisturbed } from './cores'

const spec = { ...LONG, engine: 'wasm' as const }

describe('a stopped run that was taken to another workspace as a bundle', () => {
  it('goes on there, and ends with the numbers of one that nothing disturbed', async () => {
    const here = await openCore(newWorkspace())
    const run = await here.start(spec)
    await here.untilStep(400)
    const stopped = await here.jobs.stop(run)
    expect(stopped.status).toBe('stopped')
    expect(stopped.steps).toBeLessThan(2000)
    const { bytes } = await here.api.call('export.bundle', { runs: [run] })

    const there = await openCore(newWorkspace())
    const { imported } = await there.api.call('import.bundle', { bytes: new Uint8Array(bytes) })
    expect(imported.map(({ id, status, steps }) => [id, status, steps])).toEqual([[run, 'stopped', stopped.steps]])
    const before = resultOf(there.storage, run)
    expect(before).toEqual(resultOf(here.storage, run))

    await there.resume(run)
    expect(resultOf(there.storage, run)).toEqual(await undisturbed(spec))
    // It went on from its checkpoint: from the start it would end the same, and this would prove nothing.
    const trained = there.events.flatMap((event) => (event.type === 'run.progress' ? [event.progress.step] : []))
    expect(trained.length).toBeGreaterThan(0)
    expect(Math.min(...trained)).toBeGreaterThanOrEqual(stopped.steps)
    expect(there.notices).toEqual([])
    // The original is as it was.
    expect(resultOf(here.storage, run)).toEqual(before)
  })

  it('without its checkpoints says that there is nothing to go on from, and keeps its points', async () => {
    const here = await openCore(newWorkspace())
    const run = await here.start(spec)
    await here.untilStep(200)
    await here.jobs.stop(run)
    const { bytes } = await here.api.call('export.bundle', { runs: [run], checkpoints: false })
    const there = await openCore(newWorkspace())
    await there.api.call('import.bundle', { bytes: new Uint8Array(bytes) })
    const before = resultOf(there.storage, run)
    await expect(there.api.call('runs.resume', { run })).rejects.toMatchObject({ code: 'checkpoint.missing' })
    expect(resultOf(there.storage, run)).toEqual(before)
  })
})
