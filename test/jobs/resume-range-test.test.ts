import { describe, expect, it } from 'vitest'
import { requeue } from '../../src/core/jobs/resume'
import { newRun, NOW, open, points } from '../storage/support/workspace'

/** A run that was interrupted after three of its updates, and has no checkpoint. */
function interrupted(spec: Record<string, unknown>) {
  const storage = open()
  storage.runs.create(newRun('a', {}, spec))
  storage.runs.setStatus('a', 'running', { startedAt: NOW })
  storage.metrics.append('a', [points('train/loss', [0, 1, 2], [3, 2, 1])], 3)
  storage.runs.setStatus('a', 'interrupted', { endedAt: NOW + 1 })
  return storage
}

describe('a range test that was interrupted', () => {
  it('begins again: all that it recorded is taken back', () => {
    const storage = interrupted({ rangeTest: {} })
    expect(requeue(storage, 'a', false)).toMatchObject({ status: 'queued', steps: 0 })
    expect(storage.runs.get('a').metrics['train/loss']?.count ?? 0).toBe(0)
  })

  it('is the only run that does without being asked to', () => {
    const storage = interrupted({})
    expect(() => requeue(storage, 'a', false)).toThrow(/no checkpoint to go on from/)
    expect(storage.runs.get('a')).toMatchObject({ status: 'interrupted', steps: 3 })
  })
})
