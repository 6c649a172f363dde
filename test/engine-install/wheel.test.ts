import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { unpackWheel, verifyWheel } from '../../src/core/engine/install/wheel'
import { makeWheel, type TestWheel, type TestWheelOptions, zip } from './support/make-wheel'
import { newFolder, refusal } from './support/setting'

const LIBRARY = 'tensorflow/libtensorflow_cc.so.2'

const write = ({ wheel, content }: TestWheel): string => {
  const path = join(newFolder(), wheel.file)
  writeFileSync(path, content)
  return path
}

describe('checking a wheel', () => {
  it('passes the very file and leaves it', async () => {
    const made = makeWheel()
    const path = write(made)
    await verifyWheel(path, made.wheel)
    expect(existsSync(path)).toBe(true)
  })

  it.each<[string, (content: Buffer) => Buffer, string]>([
    ['one bit is another', (content) => Buffer.from(content.map((byte, i) => (i === 100 ? byte ^ 1 : byte))), 'sha256'],
    ['it was cut short', (content) => content.subarray(0, -1), 'bytes'],
    ['it is empty', () => Buffer.alloc(0), '0 bytes'],
    ['something hangs behind it', (content) => Buffer.concat([content, Buffer.from('x')]), 'bytes'],
  ])('refuses and removes it where %s', async (_, change, words) => {
    const made = makeWheel()
    const path = write({ ...made, content: change(made.content) })
    const error = await refusal(verifyWheel(path, made.wheel))
    expect(error.code).toBe('engine.failed')
    expect(error.details.reason).toBe('damaged')
    expect(error.message).toContain(words)
    expect(existsSync(path)).toBe(false)
  })
})

describe('unpacking a wheel', () => {
  const unpack = (options: TestWheelOptions) => {
    const made = makeWheel(options)
    const folder = join(newFolder(), 'unpacked')
    return { folder, result: unpackWheel(write(made), made.wheel, folder) }
  }

  it('writes what is needed and nothing else, stored or deflated, byte for byte', async () => {
    const large = Buffer.alloc(3_000_000)
    for (let i = 0; i < large.length; i++) large[i] = (i * 2654435761) >>> 13
    const files = [
      { path: LIBRARY, content: large },
      { path: 'tensorflow/libtensorflow_framework.so.2', content: Buffer.from('stored as it is'), stored: true },
    ]
    const { folder, result } = unpack({ files })
    expect(await result).toEqual(files.map(({ path, content }) => ({ path, bytes: content.length })))
    for (const { path, content } of files) expect(readFileSync(join(folder, path)).equals(content)).toBe(true)
    expect(existsSync(join(folder, 'tensorflow/include'))).toBe(false)
    expect(statSync(join(folder, LIBRARY)).mode & 0o500).toBe(0o500)
  })

  it('follows a rule where only that is written down', async () => {
    const files = ['nvidia/a/lib/liba.so.12', 'nvidia/a/lib/liba_static.a'].map((path) => ({
      path,
      content: Buffer.from(path),
    }))
    const { result } = unpack({ files, members: /^nvidia\/\w+\/lib\/[^/]+\.so/ })
    expect((await result).map(({ path }) => path)).toEqual(['nvidia/a/lib/liba.so.12'])
  })

  const content = Buffer.from('x'.repeat(1000))
  const expected = [{ path: LIBRARY, bytes: 1000 }]
  it.each<[string, TestWheelOptions, string]>([
    ['a member is missing', { files: [{ path: 'other', content }], members: expected }, `has no ${LIBRARY}`],
    ['a member has another size', { members: expected }, 'in place of 1000'],
    [
      'a member is longer than it says',
      { files: [{ path: LIBRARY, content: Buffer.alloc(5_000_000), claims: { bytes: 1000 } }], members: expected },
      'longer than its 1000 bytes',
    ],
    [
      'a member is shorter than it says',
      { files: [{ path: LIBRARY, content: Buffer.from('short'), claims: { bytes: 1000 } }], members: expected },
      'ends after 5 of 1000 bytes',
    ],
    [
      'its packing is not known',
      { files: [{ path: LIBRARY, content, claims: { method: 99 } }], members: expected },
      'method 99',
    ],
    [
      'it says deflated and is not',
      { files: [{ path: LIBRARY, content, stored: true, claims: { method: 8 } }], members: expected },
      'cannot be unpacked',
    ],
    [
      'a path leads out of the folder',
      { files: [{ path: 'a/../../evil.so', content }], members: /evil\.so$/ },
      'outside of its folder',
    ],
    ['a path is absolute', { files: [{ path: '/tmp/evil.so', content }], members: /evil\.so$/ }, 'outside'],
    ['a path is one of Windows', { files: [{ path: 'C:\\evil.so', content }], members: /evil\.so$/ }, 'outside'],
    ['a rule fits nothing', { members: /nothing/ }, 'has nothing of what is needed'],
  ])('is refused where %s', async (_, options, words) => {
    const { folder, result } = unpack(options)
    const error = await refusal(result)
    expect(error.code).toBe('engine.failed')
    expect(error.message).toContain(words)
    expect(existsSync(join(folder, '..', 'evil.so'))).toBe(false)
  })

  it.each<[string, Buffer]>([
    ['no archive', Buffer.from('this is a page that says 404')],
    ['empty', Buffer.alloc(0)],
    ['cut off in its table of contents', zip([{ path: LIBRARY, content }]).subarray(0, -30)],
    ['cut off in the middle', Buffer.concat([zip([{ path: LIBRARY, content }]).subarray(40)])],
  ])('says that the file is damaged where it is %s', async (_, bytes) => {
    const made = makeWheel({ members: expected })
    const error = await refusal(unpackWheel(write({ ...made, content: bytes }), made.wheel, newFolder()))
    expect(error.details.reason).toBe('damaged')
  })

  it('reads an archive with a comment behind its table of contents', async () => {
    const made = makeWheel({ members: expected })
    const path = write({ ...made, content: zip([{ path: LIBRARY, content }], 'a comment with PK in it') })
    expect(await unpackWheel(path, made.wheel, newFolder())).toEqual(expected)
  })

  it('stops between two pieces when cancelled', async () => {
    const made = makeWheel({ files: [{ path: LIBRARY, content: Buffer.alloc(50_000_000) }] })
    const stop = new AbortController()
    const unpacking = unpackWheel(write(made), made.wheel, newFolder(), {
      signal: stop.signal,
      onBytes: () => stop.abort(),
    })
    expect((await refusal(unpacking)).code).toBe('cancelled')
  })
})
