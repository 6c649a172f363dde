import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/domain/errors'
import { downloadWheel } from '../../src/core/engine/install/download'
import { installEngine } from '../../src/core/engine/install/install'
import { findEngines, libraryFiles } from '../../src/core/engine/install/installed'
import { releaseFor, thisHost } from '../../src/core/engine/install/manifest'
import { verifyWheel } from '../../src/core/engine/install/wheel'
import type { Wheel } from '../../src/core/engine/install/wheels'
import { contents, newFolder, pipHere } from './support/setting'

/** 274 MB that are fetched once a checkout, not once a test run. */
const KEPT = join(import.meta.dirname, '../../.cache/anneal-engine')

const { pip, reason } = await pipHere()
const host = thisHost()
const tested = host.platform === 'linux' && host.arch === 'x64' && host.glibc !== null

/** The real wheel as the program itself fetches it; null with the reason, aloud, where it cannot be had. */
async function realWheel(wheel: Wheel): Promise<string | null> {
  const kept = join(KEPT, wheel.file)
  const whole =
    existsSync(kept) &&
    (await verifyWheel(kept, wheel).then(
      () => true,
      () => false,
    ))
  if (whole) return kept
  const folder = join(KEPT, `fetching-${process.pid}`)
  try {
    const file = await downloadWheel(wheel, folder, { pip: pip!, env: process.env, onBytes: () => undefined })
    await verifyWheel(file, wheel)
    copyFileSync(file, kept)
    return kept
  } catch (error) {
    if (!(error instanceof AppError) || !['network', 'certificate', 'refused'].includes(String(error.details.reason)))
      throw error
    console.warn(`The real installation is skipped: ${error.message}`)
    return null
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe.skipIf(!pip || !tested)(`the real TensorFlow (Linux x64 only) ${reason}`, () => {
  it('is installed from the wheel that pip fetches, is there at once the second time, and runs', async (test) => {
    const { wheels, id, version } = releaseFor('cpu', host)
    const kept = await realWheel(wheels[0]!)
    if (!kept) return test.skip('the package index cannot be reached')
    const dir = newFolder()
    mkdirSync(join(dir, '.downloads'))
    copyFileSync(kept, join(dir, '.downloads', wheels[0]!.file))

    const engine = await installEngine({ flavour: 'cpu', dir })
    expect(engine).toMatchObject({ id, version: '2.21.0', flavour: 'cpu', tested: true })
    expect(await findEngines(dir)).toEqual([engine])
    expect(contents(engine.folder)).toEqual(['engine.json', 'tensorflow'])

    const started = performance.now()
    expect(await installEngine({ flavour: 'cpu', dir })).toEqual(engine)
    expect(performance.now() - started).toBeLessThan(1000)

    // The libraries in their order, by another program's loader: what they say is their own version.
    if (pip!.command === 'uv') return
    const script = `
import ctypes, sys
for path in sys.argv[1:]: library = ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)
library.TF_Version.restype = ctypes.c_char_p
print(library.TF_Version().decode())`
    const said = execFileSync(pip!.command, ['-c', script, ...libraryFiles(engine)], { encoding: 'utf8' })
    expect(said.trim()).toBe(version)
  }, 600_000)
})
