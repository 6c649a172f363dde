import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openWorkspace } from '../../src/core/storage/open'
import { frame, newRun } from '../storage/support/workspace'
import { anneal, temporaryFolder } from './anneal'

const folder = temporaryFolder()
afterAll(() => folder.remove())

it('show and doctor say how many updates a damaged log has lost, and what to do', async () => {
  const storage = openWorkspace(folder.data, { now: Date.now })
  storage.runs.create(newRun('a'))
  storage.close()
  const training = openWorkspace(folder.data, { now: Date.now })
  training.metrics.append('a', [frame('t', ['x'], 0, 1234)], 1234)
  training.runs.create(newRun('b'))
  training.metrics.append('b', [frame('t', ['x'], 0, 7)], 7)
  // As a kill and a log that does not read any more leave it.
  const left = join(folder.path, 'left')
  mkdirSync(left)
  for (const name of ['anneal.db', 'anneal.acknowledged']) copyFileSync(join(folder.data, name), join(left, name))
  training.close()

  const { out } = await anneal(['show', 'a', '--data', left])
  expect(out).toMatch(
    /missing +1\u2009234 updates that were stored are lost, from update 0 on: the database's log was damaged/,
  )
  const doctor = await anneal(['doctor', '--data', left])
  expect(doctor.out).toMatch(/note +lost +run a: 1\u2009234 updates that were stored are lost\n +anneal resume a/)
  expect(doctor.out).toMatch(/note +lost +run b and its 7 updates that were stored are lost\n +The newest backup/)
  expect(doctor.out).toMatch(/ok +database +sound/)
})
