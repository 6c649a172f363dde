import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { isLive } from '../../src/core/domain/run'
import type { RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { readCheckpoint } from '../../src/core/engine/checkpoints/read-checkpoint'
import { openWorkspace } from '../../src/core/storage/open'
import type { Storage } from '../../src/core/storage/types'
import { resultOf, undisturbed } from '../checkpoints/cores'

type Result = ReturnType<typeof resultOf>

/** What every run of a seed records when nobody disturbs it. */
export function openOracle(spec: RunSpecInput) {
  const known = new Map<number, Result>()
  const wholeOf = async (seed: number): Promise<Result> => {
    if (!known.has(seed)) known.set(seed, await undisturbed({ ...spec, seed }))
    return known.get(seed)!
  }

  /** Every recorded value is the one of the undisturbed run, and none is missing. */
  const checkValues = (storage: Storage, run: string, steps: number, whole: Result) => {
    for (const [metric, { steps: allSteps, values }] of Object.entries(whole.series)) {
      const expected = allSteps.filter((step) => step < steps).length
      const summary = storage.runs.get(run).metrics[metric]
      if (!summary && expected === 0) continue
      const found = storage.metrics.series(run, metric)
      // An evaluation follows its update: it may be still to come, and may be stored with it.
      const least = metric.startsWith('validation/') ? expected - 1 : expected
      expect(found.values.length).toBeGreaterThanOrEqual(least)
      expect(found.values.length).toBeLessThanOrEqual(expected)
      const wrong = [...found.values].findIndex(
        (value, i) => !Object.is(value, values[i]) || found.steps[i] !== allSteps[i],
      )
      expect({ metric, wrong }).toEqual({ metric, wrong: -1 })
    }
  }

  return {
    wholeOf,
    /**
     * Checks what a kill has left, on a copy: the next core is to find it as it is. Returns how many runs ended whole.
     */
    async check(dir: string, acknowledged: ReadonlyMap<string, number>, deleted: ReadonlySet<string>): Promise<number> {
      const copy = mkdtempSync(join(tmpdir(), 'anneal-torture-copy-'))
      try {
        cpSync(dir, copy, { recursive: true, filter: (path) => !path.includes('anneal.lock') })
        const storage = openWorkspace(copy, { now: () => 1 })
        try {
          expect(storage.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0 })
          expect(storage.losses()).toEqual([])
          storage.runs.interruptLive('killed', 1)
          const rows = storage.runs.all()
          expect(rows.filter(({ status }) => isLive(status))).toEqual([])
          const ids = new Set(rows.map(({ id }) => id))
          for (const [run, steps] of acknowledged)
            if (!deleted.has(run)) expect({ run, there: ids.has(run), steps }).toMatchObject({ there: true })
          for (const row of rows) {
            const whole = await wholeOf(row.spec.seed)
            expect(row.steps).toBeGreaterThanOrEqual(acknowledged.get(row.id) ?? 0)
            checkValues(storage, row.id, row.steps, whole)
            for (const { file, step, there } of storage.checkpoints.list(row.id)) {
              expect({ step, there }).toEqual({ step, there: true })
              expect(readCheckpoint(file).facts.step).toBe(step)
              expect(step).toBeLessThanOrEqual(row.steps)
            }
            if (row.status === 'finished') expect(resultOf(storage, row.id)).toEqual(whole)
          }
          return rows.filter(({ status }) => status === 'finished').length
        } finally {
          storage.close()
        }
      } finally {
        rmSync(copy, { recursive: true, force: true, maxRetries: 5 })
      }
    },
  }
}
