import { describe, expect, it } from 'vitest'
import { defaultDataDir } from '../../src/core/data-dir'

describe("the user's data folder", () => {
  it.each([
    [{ ANNEAL_DATA: '/a', XDG_DATA_HOME: '/x' }, 'linux', '/a'],
    [{ XDG_DATA_HOME: '/x' }, 'linux', '/x/anneal'],
    [{ XDG_DATA_HOME: 'relative' }, 'linux', '/home/u/.local/share/anneal'],
    [{}, 'linux', '/home/u/.local/share/anneal'],
    [{}, 'darwin', '/home/u/Library/Application Support/Anneal'],
    [{ APPDATA: 'C:\\Users\\u\\AppData\\Roaming' }, 'win32', 'C:\\Users\\u\\AppData\\Roaming\\Anneal'],
  ])('%j on %s is %s', (env, platform, dir) => {
    expect(defaultDataDir(env, platform, '/home/u')).toBe(dir)
  })
})
