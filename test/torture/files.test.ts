import { cpSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { backUpWorkspace, checkDatabase } from '../../src/core/storage/backup'
import { readSeal } from '../../src/core/storage/backup-file'
import { startChild } from '../storage/support/child'
import { contentsOf } from '../storage/support/contents'
import { richWorkspace } from '../storage/support/damaged'
import { putFixture } from '../storage/support/fixtures'
import { newFolder, NOW, open } from '../storage/support/workspace'

const SEED = Number(process.env.ANNEAL_TORTURE_SEED ?? 1)
const KILLS = Math.max(1, Math.round(Number(process.env.ANNEAL_TORTURE_KILLS ?? 8) / 8))

const database = (dir: string) => join(dir, 'anneal.db')

/** Starts an action, and how long it takes. */
async function start(what: string, dir: string, file: string) {
  const child = startChild('do-once.ts', what, dir, file)
  await child.nextLine()
  child.tell('go')
  await child.nextLine()
  return child
}
async function duration(what: string, dir: string, file: string): Promise<number> {
  const child = await start(what, dir, file)
  const since = performance.now()
  await child.nextLine()
  return performance.now() - since
}

describe(`kill -9 at a random moment (seed ${SEED})`, () => {
  const rng = createRng(SEED, 'files')
  /** Kills an action somewhere between its beginning and a little beyond its usual end. */
  const killIn = async (what: string, dir: string, file: string, usual: number) => {
    const child = await start(what, dir, file)
    await wait(rng.int(1 + Math.ceil(1.1 * usual)))
    await child.kill()
  }

  it(`of a backup leaves the one before, or the new one, whole (${KILLS} kills)`, async () => {
    const { storage, dir } = richWorkspace()
    storage.close()
    const file = join(newFolder(), 'copy.db')
    const usual = await duration('backup', dir, file)
    const before = contentsOf(database(dir))
    for (let k = 0; k < KILLS; k++) {
      await killIn('backup', dir, file, usual)
      expect(readSeal(file)).toMatchObject({ intact: true })
      checkDatabase(file)
      expect(contentsOf(file)).toEqual(before)
      expect(contentsOf(database(dir))).toEqual(before)
    }
    backUpWorkspace(dir, { out: file, force: true, now: NOW })
    expect(readdirSync(join(file, '..'))).toEqual(['copy.db'])
  })

  it(`of a restore leaves the database before, or the one that comes, whole (${KILLS} kills)`, async () => {
    const { storage, dir } = richWorkspace()
    storage.close()
    const { file } = backUpWorkspace(dir, { now: NOW })
    const backedUp = contentsOf(file)
    const changed = newFolder()
    cpSync(dir, changed, { recursive: true })
    const later = open(changed)
    later.runs.purge(['run1', 'run2'])
    later.close()
    const present = contentsOf(database(changed))
    const fresh = () => {
      const copy = newFolder()
      cpSync(changed, copy, { recursive: true })
      return copy
    }
    const usual = await duration('restore', fresh(), file)
    for (let k = 0; k < KILLS; k++) {
      const copy = fresh()
      await killIn('restore', copy, file, usual)
      expect([backedUp, present]).toContainEqual(contentsOf(database(copy)))
      for (const name of readdirSync(copy).filter((one) => one.includes('.replaced-') && !/checkpoints|wal/.test(one)))
        expect(contentsOf(join(copy, name))).toEqual(present)
      const opened = open(copy)
      expect(opened.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0 })
    }
  })

  it(`of the first start after an update leaves a workspace that opens whole (${KILLS} kills)`, async () => {
    const old = () => putFixture(10, newFolder())
    const usual = await duration('migrate', old(), '')
    const before = contentsOf(database(old()))
    for (let k = 0; k < KILLS; k++) {
      const dir = old()
      await killIn('migrate', dir, '', usual)
      const storage = open(dir)
      expect(storage.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0, runs: 2, points: 2460 })
      const backup = join(dir, 'anneal.db.backup-v10')
      expect(existsSync(backup)).toBe(true)
      expect(contentsOf(backup)).toEqual(before)
    }
  })
})
