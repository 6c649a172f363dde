import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { crc32, deflateRawSync } from 'node:zlib'
import { fromBufferPromise } from 'yauzl'

/** A file of an archive as it is written; what is absent is honest. */
export interface ZipEntry {
  name: string
  bytes: Buffer
  deflate?: boolean
  /** Unix mode in the attributes: a link, for example. */
  mode?: number
  /** Size that the archive claims. */
  claimed?: number
}

/** The files of an archive, unpacked. */
export async function unzip(archive: Buffer): Promise<ZipEntry[]> {
  const zip = await fromBufferPromise(archive, { lazyEntries: true })
  const entries: ZipEntry[] = []
  for await (const entry of zip.eachEntry())
    entries.push({ name: entry.fileName, bytes: await buffer((await zip.openReadStreamPromise(entry)) as Readable) })
  return entries
}

/** An archive with whatever a writer of ours would refuse to write: any names, twice, links, wrong sizes. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, bytes, deflate = false, mode = 0o100644, claimed = bytes.length } of entries) {
    const packed = deflate ? deflateRawSync(bytes) : bytes
    const path = Buffer.from(name)
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(0x0800, 2)
    shared.writeUInt16LE(deflate ? 8 : 0, 4)
    shared.writeUInt32LE(crc32(bytes), 10)
    shared.writeUInt32LE(packed.length, 14)
    shared.writeUInt32LE(claimed, 18)
    shared.writeUInt16LE(path.length, 22)
    const head = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, path, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE((mode << 16) >>> 0, 6)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03', 'latin1'), shared, tail, path]))
    local.push(head)
    offset += head.length
  }
  const list = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, list, end])
}

/** What a test changes of runs.json and manifest.json, whatever the schema says. */
export interface LooseRun {
  id: string
  status: string
  command?: string
  spec: { batchSize: number }
  tracks: { points: number; metrics: string[]; files: { ordinal: number; n: number }[] }[]
}
export interface LooseManifest {
  format: string
  version: number
  runs: number
  files: { name: string; bytes: number; sha256: string }[]
}

/** Files of a bundle with JSON changed; the manifest is made to fit what the others are, unless `forge` changes it. */
export function rebuilt(
  entries: readonly ZipEntry[],
  change: {
    runs?: (runs: LooseRun[]) => void
    bytes?: (entry: ZipEntry) => Buffer
    forge?: (manifest: LooseManifest) => void
  },
): ZipEntry[] {
  const changed = entries.map((entry) => {
    if (entry.name === 'manifest.json') return entry
    const json = entry.name === 'runs.json' ? (JSON.parse(entry.bytes.toString()) as { runs: LooseRun[] }) : null
    if (json) change.runs?.(json.runs)
    const bytes = json ? Buffer.from(JSON.stringify(json)) : entry.bytes
    return { ...entry, bytes: change.bytes?.({ ...entry, bytes }) ?? bytes }
  })
  const manifest = JSON.parse(entries.find(({ name }) => name === 'manifest.json')!.bytes.toString()) as LooseManifest
  manifest.files = changed
    .filter(({ name }) => name !== 'manifest.json')
    .map(({ name, bytes }) => ({
      name,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }))
  change.forge?.(manifest)
  return changed.map((entry) =>
    entry.name === 'manifest.json' ? { ...entry, bytes: Buffer.from(JSON.stringify(manifest)) } : entry,
  )
}
