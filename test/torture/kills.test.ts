import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import type { RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { LONG } from '../checkpoints/cores'
import { openOracle } from './oracle'
import { endVictims, startVictim, type Victim } from './victim'

const SEED = Number(process.env.ANNEAL_TORTURE_SEED ?? 1)
const KILLS = Number(process.env.ANNEAL_TORTURE_KILLS ?? 4)
/** More than two chunks of points, a checkpoint each few milliseconds, an evaluation now and then. */
const SPEC: RunSpecInput = { ...LONG, engine: 'wasm', budget: { steps: 2500 }, checkpoint: { everySteps: 40 } }
const LATEST_MS = 900

/** Runs that must have ended before something can be done with them. */
const LEAST_FINISHED: Partial<Record<string, number>> = { export: 0, delete: 1 }

afterAll(endVictims)

/** What goes on at the moment of the kill, beside the training. */
const ACTIVITIES = ['training', 'training', 'starting', 'export', 'delete', 'restart'] as const

describe.skipIf(!existsSync('/proc'))('kill -9 at a random moment (needs /proc)', () => {
  it(`loses nothing acknowledged, and the run ends as if undisturbed (seed ${SEED}, ${KILLS} kills)`, async () => {
    const rng = createRng(SEED, 'torture')
    const pick = <T>(list: readonly T[]): T => list[rng.int(list.length)]!
    const dir = mkdtempSync(join(tmpdir(), 'anneal-torture-'))
    const oracle = openOracle(SPEC)
    const seeds = KILLS > 50 ? [1, 2, 3] : [1]
    const deleted = new Set<string>()
    const done: Record<string, number> = {}
    const count = (what: string) => (done[what] = (done[what] ?? 0) + 1)
    let acknowledged = new Map<string, number>()
    let finished = 0
    let victim: Victim | null = null

    /** A run that trains now: one that was killed goes on, else a new one begins. */
    const train = async ({ api, acknowledged: heard }: Victim): Promise<string> => {
      const { rows } = await api.call('runs.list', {})
      const broken = rows.find(({ status }) => status !== 'finished')
      if (!broken) return (await api.call('runs.create', { spec: { ...SPEC, seed: pick(seeds) } })).runs[0]!.id
      const { checkpoints } = await api.call('runs.checkpoints', { run: broken.id })
      const fromStart = !checkpoints.length || rng.int(12) === 0
      // What lies beyond the checkpoint is taken back, and counts again once it is recorded anew.
      acknowledged.set(broken.id, fromStart ? 0 : checkpoints[0]!.step)
      heard.delete(broken.id)
      if (broken.status !== 'queued' && broken.status !== 'running')
        await api.call('runs.resume', { run: broken.id, fromStart })
      if (!fromStart) count('resumed')
      return broken.id
    }
    const quietly = (promise: Promise<unknown>) => void promise.catch(() => {})

    try {
      for (let k = 0; k < KILLS; k++) {
        victim ??= await startVictim(dir)
        const { api } = victim
        const others = (await api.call('runs.list', { filter: 'status = finished' })).rows
        // What there is nothing for yet is no such activity.
        const activity = pick(ACTIVITIES.filter((one) => others.length > (LEAST_FINISHED[one] ?? -1)))
        const run = await train(victim)
        // In the long run some rounds end a run before they kill: there is something to export, to delete, to keep whole.
        if (KILLS > 50 && k % 12 === 0) await victim.reaches(run, Infinity)
        if (activity !== 'starting') await victim.reaches(run, 1 + (acknowledged.get(run) ?? 0) + rng.int(600))
        if (activity === 'export')
          quietly(api.call('export.bundle', { runs: others.map(({ id }) => id), checkpoints: true }))
        if (activity === 'delete') {
          const { id } = pick(others)
          deleted.add(id)
          quietly(api.call('runs.purge', { run: id }))
        }
        if (activity === 'restart') quietly(api.call('runs.stop', { run }))
        await wait(rng.int(activity === 'starting' ? LATEST_MS : 60))
        const what = pick(['core', 'trainer', 'both'] as const)
        const hadTrainer = victim.trainers().length > 0
        await victim.kill(what)
        count(`${hadTrainer ? what : 'core'} while ${activity}`)
        for (const [id, steps] of victim.acknowledged) acknowledged.set(id, Math.max(steps, acknowledged.get(id) ?? 0))
        if (what === 'trainer' && hadTrainer) {
          await expect
            .poll(async () => (await api.call('runs.get', { run })).endedAt !== null, { timeout: 30_000 })
            .toBe(true)
          if (rng.int(2)) await victim.kill('core')
          else await victim.close()
        }
        victim = null
        acknowledged = new Map([...acknowledged].filter(([id]) => !deleted.has(id)))
        finished = Math.max(finished, await oracle.check(dir, acknowledged, deleted))
      }
      victim = await startVictim(dir)
      const run = await train(victim)
      await victim.reaches(run, Infinity)
      await victim.close()
      expect(await oracle.check(dir, acknowledged, deleted)).toBeGreaterThan(0)
      console.log(`seed ${SEED}, ${KILLS} kills:`, JSON.stringify({ finished, ...done }))
    } finally {
      endVictims()
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    }
  })
})
