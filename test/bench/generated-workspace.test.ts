import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decadesOff } from '../../bench/workspace/draw-settings'
import { writeLongRuns, writeSweep } from '../../bench/workspace/write-runs'
import type { RunRow } from '../../src/core/domain/run'
import { checkRunSpec } from '../../src/core/domain/spec/run-spec'
import { openWorkspace } from '../../src/core/storage/open'
import type { Storage } from '../../src/core/storage/types'

const RUNS = 600

describe('a generated workspace', () => {
  const dir = mkdtempSync(join(tmpdir(), 'anneal-generated-'))
  const open = (name: string) => openWorkspace(join(dir, name), { now: () => 0 })
  let storage: Storage
  let rows: RunRow[]
  beforeAll(() => {
    storage = open('sweep')
    writeSweep(storage, RUNS)
    rows = [...storage.runs.all()]
  })
  afterAll(() => {
    storage.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const accuracy = (row: RunRow) => row.metrics['validation/accuracy']!.max
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

  it('has as many runs as asked for, of specs that the program accepts, and says that nothing was trained', () => {
    expect(rows).toHaveLength(RUNS)
    expect(rows.filter(({ spec }) => !checkRunSpec(spec).ok)).toEqual([])
    expect(rows.filter(({ name, tags }) => !name.startsWith('gen-') || !tags.includes('generated'))).toEqual([])
  })
  it('has the variety of a workstation: kinds of schedules, optimizers, statuses, replicates', () => {
    const kinds = new Set(rows.map(({ spec }) => spec.schedule.kind))
    expect(kinds.size).toBeGreaterThanOrEqual(12)
    expect(new Set(rows.map(({ spec }) => spec.optimizer.kind)).size).toBe(4)
    expect(new Set(rows.map(({ status }) => status))).toEqual(
      new Set(['finished', 'diverged', 'stopped', 'interrupted', 'failed']),
    )
    const replicated = rows.filter(({ name }) => name.endsWith('seed 3')).length
    expect(replicated).toBeGreaterThan(RUNS / 8)
  })
  it('lets runs with far too high rates diverge, each with its NaN at the step it says', () => {
    const diverged = rows.filter(({ status }) => status === 'diverged')
    expect(diverged.length / RUNS).toBeGreaterThan(0.04)
    expect(diverged.length / RUNS).toBeLessThan(0.16)
    expect(Math.min(...diverged.map(({ spec, peakLr }) => decadesOff(spec, peakLr)))).toBeGreaterThan(0.3)
    for (const { id, divergedAt } of diverged) {
      const { steps, values } = storage.metrics.series(id, 'train/loss')
      expect([steps.at(-1), values.at(-1)]).toEqual([divergedAt, NaN])
    }
  })
  it('makes accuracy depend on rate and batch: near the best rate it is better than a decade below', () => {
    const finished = rows.filter(({ status, spec }) => status === 'finished' && spec.dataset.kind === 'mnist')
    const off = ({ spec, peakLr }: RunRow) => decadesOff(spec, peakLr)
    const near = finished.filter((row) => Math.abs(off(row)) < 0.3)
    const low = finished.filter((row) => off(row) < -1)
    expect(mean(near.map(accuracy)) - mean(low.map(accuracy))).toBeGreaterThan(0.02)
  })
  it('is the same for the same seed, and another for another', () => {
    const again = open('again')
    const other = open('other')
    writeSweep(again, 40)
    writeSweep(other, 40, 2)
    const told = (one: Storage) => one.runs.all().map(({ id, name, metrics }) => [id, name, metrics])
    const once = open('once')
    writeSweep(once, 40)
    expect(told(again)).toEqual(told(once))
    expect(told(other)).not.toEqual(told(once))
    for (const one of [again, other, once]) one.close()
  })
  it('records every update of long runs, with spikes and single infinite gradient norms', () => {
    const long = open('long')
    const { ids } = writeLongRuns(long, 4, 2000)
    const summaries = ids.map((id) => long.metrics.summaries(id))
    expect(summaries.map((of) => of['train/loss']!.count)).toEqual([2000, 2000, 2000, 2000])
    expect(summaries.map((of) => of['grad/norm']!.nonFinite > 0)).toEqual([false, false, false, true])
    long.close()
  })
})
