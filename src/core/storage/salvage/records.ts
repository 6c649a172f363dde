import type { Pages } from './pages'

export type Value = null | number | string | Buffer
/** A row as it is stored; `rowid` is null in an index. */
export interface StoredRecord {
  rowid: number | null
  values: Value[]
}

/** What one page of a tree says. */
export interface TreePage {
  kind: 'table' | 'index'
  leaf: boolean
  children: number[]
  records: StoredRecord[]
  /** Cells that cannot be read. */
  damaged: number
  /** Pages with the rest of long rows. */
  overflow: number[]
}

const KINDS: Record<number, Pick<TreePage, 'kind' | 'leaf'>> = {
  2: { kind: 'index', leaf: false },
  5: { kind: 'table', leaf: false },
  10: { kind: 'index', leaf: true },
  13: { kind: 'table', leaf: true },
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads a page as one of a tree, each cell for itself; null where it is none. */
export function readTreePage(pages: Pages, page: number): TreePage | null {
  const bytes = pages.read(page)
  const start = page === 1 ? 100 : 0
  const kind = bytes && KINDS[bytes[start]!]
  if (!kind) return null
  const cells = bytes.readUInt16BE(start + 3)
  const pointers = start + (kind.leaf ? 8 : 12)
  const result: TreePage = { ...kind, children: [], records: [], damaged: 0, overflow: [] }
  if (pointers + 2 * cells > bytes.length) return { ...result, damaged: 1 }
  if (!kind.leaf) result.children.push(bytes.readUInt32BE(start + 8))
  for (let i = 0; i < cells; i++) {
    const at = bytes.readUInt16BE(pointers + 2 * i)
    try {
      if (!kind.leaf) result.children.push(bytes.readUInt32BE(at))
      if (kind.leaf || kind.kind === 'index') result.records.push(readCell(pages, bytes, at, kind, result.overflow))
    } catch {
      result.damaged++
    }
  }
  return result
}

/** A number of one to nine bytes, and where it ends. */
function varint(bytes: Buffer, at: number): [number, number] {
  let value = 0
  for (let i = 0; i < 8; i++) {
    const byte = bytes.readUInt8(at + i)
    value = value * 128 + (byte & 127)
    if (byte < 128) return [value, at + i + 1]
  }
  return [value * 256 + bytes.readUInt8(at + 8), at + 9]
}

function readCell(
  pages: Pages,
  bytes: Buffer,
  at: number,
  { kind, leaf }: Pick<TreePage, 'kind' | 'leaf'>,
  overflow: number[],
): StoredRecord {
  const [length, afterLength] = varint(bytes, leaf ? at : at + 4)
  const [rowid, start] = kind === 'table' ? varint(bytes, afterLength) : [null, afterLength]
  return { rowid, values: readValues(payload(pages, bytes, start, length, kind, overflow)) }
}

/** All of a row: what is on the page, and what a chain of further pages holds. */
function payload(
  pages: Pages,
  bytes: Buffer,
  start: number,
  length: number,
  kind: 'table' | 'index',
  overflow: number[],
): Buffer {
  const usable = bytes.length
  const most = kind === 'table' ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  if (length > pages.count * usable) throw new RangeError('a row longer than the file')
  let local = length
  if (length > most) {
    const spread = least + ((length - least) % (usable - 4))
    local = spread <= most ? spread : least
  }
  if (start + local > usable) throw new RangeError('a row beyond its page')
  const parts = [bytes.subarray(start, start + local)]
  let rest = length - local
  const chain: number[] = []
  for (let page = rest ? bytes.readUInt32BE(start + local) : 0; rest > 0;) {
    const next = chain.includes(page) ? null : pages.read(page)
    if (!next) throw new RangeError('a row without its end')
    chain.push(page)
    const part = next.subarray(4, 4 + Math.min(rest, usable - 4))
    parts.push(part)
    rest -= part.length
    page = next.readUInt32BE(0)
    if (rest === 0 && page !== 0) throw new RangeError('a row that goes on behind its end')
  }
  overflow.push(...chain)
  return Buffer.concat(parts)
}

function readValues(bytes: Buffer): Value[] {
  const [headerEnd, first] = varint(bytes, 0)
  const values: Value[] = []
  let at = headerEnd
  let header = first
  while (header < headerEnd) {
    const [type, next] = varint(bytes, header)
    header = next
    const [value, length] = readValue(bytes, at, type)
    values.push(value)
    at += length
  }
  if (at !== bytes.length || header !== headerEnd) throw new RangeError('a row whose header does not fit it')
  return values
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8]

function readValue(bytes: Buffer, at: number, type: number): [Value, number] {
  if (type === 0) return [null, 0]
  if (type === 6) return [Number(bytes.readBigInt64BE(at)), 8]
  if (type < 6) return [bytes.readIntBE(at, INTEGER_BYTES[type]!), INTEGER_BYTES[type]!]
  if (type === 7) return [bytes.readDoubleBE(at), 8]
  if (type < 10) return [type - 8, 0]
  if (type < 12) throw new RangeError('a type that does not exist')
  const length = (type - (type % 2 ? 13 : 12)) / 2
  if (at + length > bytes.length) throw new RangeError('a value beyond its row')
  const part = bytes.subarray(at, at + length)
  return [type % 2 ? utf8.decode(part) : part, length]
}
