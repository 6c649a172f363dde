import { createHash } from 'node:crypto'
import { crc32, deflateRawSync } from 'node:zlib'
import type { Release } from '../../../src/core/engine/install/manifest'
import type { Member, Wheel } from '../../../src/core/engine/install/wheels'

export interface FileInZip {
  path: string
  content: Buffer
  /** Deflated by default. */
  stored?: boolean
  /** What the archive says in place of the truth. */
  claims?: { method?: number; bytes?: number }
}

/** A zip archive as `zip` would write it (APPNOTE.TXT 6.3), or as a hostile one claims. */
export function zip(files: readonly FileInZip[], comment = ''): Buffer {
  const locals: Buffer[] = []
  const table: Buffer[] = []
  let offset = 0
  for (const { path, content, stored = false, claims = {} } of files) {
    const packed = stored ? content : deflateRawSync(content)
    const name = Buffer.from(path)
    // From the version needed to the lengths: the same in both headers.
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(claims.method ?? (stored ? 0 : 8), 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(claims.bytes ?? content.length, 18)
    common.writeUInt16LE(name.length, 22)
    const central = Buffer.alloc(14)
    central.writeUInt32LE(offset, 10)
    table.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, central, name)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, packed])
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(table)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...locals, directory, end, Buffer.from(comment)])
}

/** A wheel that pip accepts and what the program knows about it. */
export interface TestWheel {
  wheel: Wheel
  content: Buffer
}

export interface TestWheelOptions {
  project?: string
  files?: readonly FileInZip[]
  members?: Wheel['members']
  unpackedBytes?: number
}

const LIBRARY = {
  path: 'tensorflow/libtensorflow_cc.so.2',
  content: Buffer.from('a library, as far as this test goes'),
}

/** A small wheel with the names and the layout of the real one. */
export function makeWheel(options: TestWheelOptions = {}): TestWheel {
  const { project = 'anneal_test', files = [LIBRARY] } = options
  const members: Wheel['members'] =
    options.members ?? files.map(({ path, content }): Member => ({ path, bytes: content.length }))
  const about = `${project}-1.0.dist-info`
  const content = zip([
    ...files,
    { path: 'tensorflow/include/not_needed.h', content: Buffer.from('// not needed') },
    { path: `${about}/METADATA`, content: Buffer.from(`Metadata-Version: 2.1\nName: ${project}\nVersion: 1.0\n`) },
    {
      path: `${about}/WHEEL`,
      content: Buffer.from('Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: cp311-cp311-manylinux_2_27_x86_64\n'),
    },
    { path: `${about}/RECORD`, content: Buffer.from('') },
  ])
  return {
    content,
    wheel: {
      file: `${project}-1.0-cp311-cp311-manylinux_2_27_x86_64.whl`,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      members,
      unpackedBytes: options.unpackedBytes ?? files.reduce((sum, file) => sum + file.content.length, 0),
    },
  }
}

/** A release made of small wheels. */
export const makeRelease = (...wheels: TestWheel[]): Release => ({
  id: 'tensorflow-1.0-test-cpu',
  version: '1.0',
  platform: 'test',
  flavour: 'cpu',
  wheels: wheels.map(({ wheel }) => wheel),
  libraries: ['tensorflow/libtensorflow_cc.so.2'],
  tested: true,
  needs: null,
})
