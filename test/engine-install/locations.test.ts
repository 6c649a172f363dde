import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/domain/errors'
import { engineDir } from '../../src/core/engine/install/engine-dir'
import { ownLibrary } from '../../src/core/engine/install/own-library'
import { newFolder } from './support/setting'

describe('the folder of engines', () => {
  it.each([
    ['linux', {}, '/home/ada', '/home/ada/.cache/anneal/engine'],
    ['linux', { XDG_CACHE_HOME: '/fast/cache' }, '/home/ada', '/fast/cache/anneal/engine'],
    ['linux', { XDG_CACHE_HOME: 'relative' }, '/home/ada', '/home/ada/.cache/anneal/engine'],
    ['darwin', {}, '/Users/ada', '/Users/ada/Library/Caches/anneal/engine'],
    ['win32', { LOCALAPPDATA: 'D:\\Local' }, 'C:\\Users\\ada', 'D:\\Local\\anneal\\engine'],
    ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Local\\anneal\\engine'],
    ['linux', { ANNEAL_ENGINE_DIR: '/big/disk', XDG_CACHE_HOME: '/fast/cache' }, '/home/ada', '/big/disk'],
  ])('on %s with %o is where caches belong', (platform, env, home, expected) => {
    expect(engineDir(env, platform, home)).toBe(expected)
  })

  it('is absolute where the variable is not', () => {
    expect(engineDir({ ANNEAL_ENGINE_DIR: 'engines' }, 'linux')).toBe(join(process.cwd(), 'engines'))
  })
})

describe("a libtensorflow of the user's own", () => {
  const make = (...paths: string[]): string => {
    const folder = newFolder()
    for (const path of paths) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), 'library')
    }
    return folder
  }
  const own = (path: string, platform = 'linux') => ownLibrary({ ANNEAL_LIBTENSORFLOW: path }, platform)

  it('is none where the variable is not set', () => {
    expect(ownLibrary({}, 'linux')).toBe(null)
    expect(ownLibrary({ ANNEAL_LIBTENSORFLOW: '' }, 'linux')).toBe(null)
  })

  it.each([
    ["TensorFlow's own archive", 'linux', ['lib/libtensorflow.so.2', 'lib/libtensorflow_framework.so.2'], [1, 0]],
    [
      "a Python environment's site-packages",
      'linux',
      ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'],
      [1, 0],
    ],
    ['the folder itself', 'linux', ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2'], [0, 1]],
    ['one library without another', 'linux', ['libtensorflow.so'], [0]],
    ['macOS', 'darwin', ['lib/libtensorflow.2.dylib', 'lib/libtensorflow_framework.2.dylib'], [1, 0]],
    ['Windows', 'win32', ['tensorflow.dll'], [0]],
    ['a wheel on Windows', 'win32', ['tensorflow/python/_pywrap_tensorflow_common.dll'], [0]],
  ])('is found below a folder, what it needs first: %s', (_, platform, paths, order) => {
    const folder = make(...paths)
    expect(own(folder, platform)).toEqual({ origin: folder, files: order.map((i) => join(folder, paths[i]!)) })
  })

  it('may be a file of any name, and takes the framework beside it', () => {
    const folder = make('my-tensorflow.so', 'libtensorflow_framework.so.2')
    const [file, framework] = [join(folder, 'my-tensorflow.so'), join(folder, 'libtensorflow_framework.so.2')]
    expect(own(file)).toEqual({ origin: file, files: [framework, file] })
    expect(own(framework)!.files).toEqual([framework])
  })

  it.each([
    ['nothing there', (folder: string) => join(folder, 'missing'), 'is not there'],
    ['an empty folder', (folder: string) => folder, 'holds no libtensorflow'],
    [
      'an empty file',
      (folder: string) => {
        writeFileSync(join(folder, 'empty.so'), '')
        return join(folder, 'empty.so')
      },
      'is empty',
    ],
    [
      'a folder that has the name of a library',
      (folder: string) => {
        mkdirSync(join(folder, 'libtensorflow.so.2'))
        return folder
      },
      'holds no libtensorflow',
    ],
    ['a device', () => '/dev/null', 'neither a file nor a folder'],
  ])('is refused with the path, never replaced by another: %s', (_, path, words) => {
    let error: unknown
    try {
      own(path(newFolder()))
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(AppError)
    expect((error as AppError).code).toBe('engine.unavailable')
    expect((error as AppError).message).toContain(words)
    expect((error as AppError).details.field).toBe('ANNEAL_LIBTENSORFLOW')
  })
})
