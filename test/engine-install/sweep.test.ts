import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sweep } from '../../src/core/engine/install/work-folder'
import { contents, newFolder } from './support/setting'

const HOUR_MS = 60 * 60 * 1000
const here = hostname().replace(/[^\w.]/g, '')
/** Above the largest process number that Linux gives. */
const NOBODY = 2 ** 22 + 1

/** A folder of engines with something of a certain age in it. */
function withLeft(name: string, ageHours: number, file = 'wheels/half.txt'): string {
  const dir = newFolder()
  mkdirSync(join(dir, name, file, '..'), { recursive: true })
  writeFileSync(join(dir, name, file), 'left')
  const then = new Date(Date.now() - ageHours * HOUR_MS)
  for (const path of [join(dir, name, file), join(dir, name)]) utimesSync(path, then, then)
  return dir
}

describe('clearing away what attempts left', () => {
  it.each([
    ['of a process that is gone', `.work-${here}-${NOBODY}-0123abcd`, 0, false],
    ['of a process that runs', `.work-${here}-${process.pid}-0123abcd`, 1, true],
    ['of a number that another process has got by now', `.work-${here}-${process.pid}-0123abcd`, 25, false],
    ['of another machine, of this hour', `.work-elsewhere-${NOBODY}-0123abcd`, 1, true],
    ['of another machine, of yesterday', `.work-elsewhere-${NOBODY}-0123abcd`, 25, false],
    ['of another program', '.work-in-progress', 1000, true],
    ['an engine', 'tensorflow-2.21.0-linux-x64-cpu', 1000, true],
  ])('%s: %s, %d hours old, stays: %s', async (_, name, age, stays) => {
    const dir = withLeft(name, age)
    await sweep(dir)
    expect(contents(dir).includes(name)).toBe(stays)
    expect(contents(dir).filter((each) => each.startsWith('.work-') && each !== name)).toEqual([])
  })

  it('keeps whole downloads of a process that is gone, and nothing else of it', async () => {
    const dir = withLeft(`.work-${here}-${NOBODY}-0123abcd`, 0, 'wheels/whole.whl')
    writeFileSync(join(dir, `.work-${here}-${NOBODY}-0123abcd`, 'half'), 'half')
    await sweep(dir)
    expect(contents(dir)).toEqual(['.downloads'])
    expect(contents(join(dir, '.downloads'))).toEqual(['whole.whl'])
  })

  it.each([
    [13 * 24, ['kept.whl']],
    [15 * 24, []],
  ])('gives up downloads that nobody came back for: after %d hours there is %j', async (age, left) => {
    const dir = withLeft('.downloads', age, 'kept.whl')
    await sweep(dir)
    expect(contents(join(dir, '.downloads'))).toEqual(left)
  })

  it('is content with a folder that is not there', async () => {
    await sweep(join(newFolder(), 'missing'))
  })

  it('leaves one of several who sweep at once with the work, and none with an error', async () => {
    const dir = withLeft(`.work-${here}-${NOBODY}-0123abcd`, 0)
    await Promise.all([sweep(dir), sweep(dir), sweep(dir)])
    expect(contents(dir).filter((name) => name.startsWith('.work-'))).toEqual([])
  })
})
