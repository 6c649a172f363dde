import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { FUNCTION_NAMES, loadLibrary } from '../../src/core/engine/backends/native/library'
import { checkVersion } from '../../src/core/engine/backends/native/version'

const folder = mkdtempSync(join(tmpdir(), 'anneal-library-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const compiler = (() => {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' })
    return process.platform !== 'win32'
  } catch {
    return false
  }
})()
const noCompiler = compiler ? '' : '(skipped: no C compiler to make such a library with)'

/** A shared library that exports some functions and answers TF_Version. */
function makeLibrary(name: string, functions: readonly string[], version: string): string {
  const code = functions.map((each) =>
    each === 'TF_Version' ? `const char *TF_Version(void) { return "${version}"; }` : `void ${each}(void) {}`,
  )
  writeFileSync(join(folder, `${name}.c`), code.join('\n'))
  const file = join(folder, `${name}.so`)
  execFileSync('cc', ['-shared', '-fPIC', '-o', file, join(folder, `${name}.c`)])
  return file
}

const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'engine.unavailable', message: expect.stringMatching(message) }) as never

describe('a library that is no TensorFlow for Anneal', () => {
  it('is named where it cannot be loaded', () => {
    const file = join(folder, 'text.so')
    writeFileSync(file, 'this is no library')
    expect(() => loadLibrary([file])).toThrow(refused(/could not be loaded from .*text\.so: .+anneal engine doctor/))
    expect(() => loadLibrary([join(folder, 'absent.so')])).toThrow(refused(/absent\.so/))
  })

  describe.skipIf(!compiler)(`made for the purpose ${noCompiler}`, () => {
    it('is refused where it has none of the functions', () => {
      const file = makeLibrary('other', ['something_else'], '')
      expect(() => loadLibrary([file])).toThrow(refused(/other\.so is no libtensorflow.*anneal engine install cpu/))
    })
    it('is refused with the functions that it lacks', () => {
      const all = FUNCTION_NAMES.filter((name) => !/^(TFE_Execute|TF_NewStatus)$/.test(name))
      const file = makeLibrary('older', all, '1.4.0')
      expect(() => loadLibrary([file])).toThrow(refused(/lacks TF_NewStatus, TFE_Execute\. /))
    })
    it('gives its functions out of several files, and its version', () => {
      const half = FUNCTION_NAMES.length >> 1
      const files = [
        makeLibrary('first', FUNCTION_NAMES.slice(0, half), '2.99.0'),
        makeLibrary('second', FUNCTION_NAMES.slice(half), ''),
      ]
      expect(loadLibrary(files).version).toBe('2.99.0')
    })
  })

  it.each(['1.15.5', '2.17.1', '3.0.0', '2.9.1', 'none', ''])('is refused as version "%s"', (version) => {
    expect(() => checkVersion(version, null, '/lib/mine.so')).toThrow(
      refused(/\/lib\/mine\.so is TensorFlow .*needs 2\.18 or a later 2\.x.*anneal engine install cpu/),
    )
  })
  it.each(['2.18.0', '2.21.0', '2.22.0-rc1', '2.100.3'])('is taken as version %s', (version) => {
    expect(() => checkVersion(version, null, '/lib/mine.so')).not.toThrow()
  })
  it('is refused where it is not the version that was installed', () => {
    expect(() => checkVersion('2.20.0', '2.21.0', '/engines/x')).toThrow(
      refused(/installed as TensorFlow 2\.21\.0.*2\.20\.0/),
    )
  })
})
