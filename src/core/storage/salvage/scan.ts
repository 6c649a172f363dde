import { namedPageSize, openPages, type Pages, USUAL_PAGE_SIZE } from './pages'
import { readTreePage, type StoredRecord } from './records'

/** Everything that can be read of a database, whatever leads to it. */
export interface Scan {
  /** Rows by the table or index that their page belongs to; under '' those of pages that no tree leads to any more. */
  records: Map<string, StoredRecord[]>
  /** Pages that cannot be read as anything, and rows on pages that can. */
  damagedPages: number[]
  damagedRows: number
  damagedFrames: number
}

/**
 * Reads every page of a database for itself: trees only say what a page belongs to, and a page that none leads to is
 * read all the same.
 */
export function scan(file: string): Scan {
  const sizes = new Set([namedPageSize(file) ?? USUAL_PAGE_SIZE, USUAL_PAGE_SIZE])
  const scans = [...sizes].map((size) => {
    const pages = openPages(file, size)
    try {
      return scanPages(pages)
    } finally {
      pages.close()
    }
  })
  const rows = ({ records }: Scan) => [...records.values()].reduce((sum, list) => sum + list.length, 0)
  return scans.reduce((best, one) => (rows(one) > rows(best) ? one : best))
}

function scanPages(pages: Pages): Scan {
  const owners = ownersOf(pages)
  const free = freePages(pages)
  const used = new Set<number>(free)
  const records = new Map<string, StoredRecord[]>()
  const unread: number[] = []
  let damagedRows = 0
  for (let page = 1; page <= pages.count; page++) {
    // A damaged list of free pages may name any page: one that a tree leads to is none.
    if (free.has(page) && !owners.has(page)) continue
    const read = readTreePage(pages, page)
    if (!read) {
      unread.push(page)
      continue
    }
    const owner = owners.get(page) ?? ''
    const list = records.get(owner) ?? []
    records.set(owner, list)
    for (const record of read.records) list.push(record)
    for (const one of read.overflow) used.add(one)
    damagedRows += read.damaged
  }
  return {
    records,
    damagedPages: unread.filter((page) => !used.has(page)),
    damagedRows,
    damagedFrames: pages.damagedFrames,
  }
}

/** Which table or index each page belongs to, as far as the schema and the trees can be read. */
function ownersOf(pages: Pages): Map<number, string> {
  const owners = new Map<number, string>()
  const claim = (root: number, name: string) => {
    const waiting = [root]
    for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
      if (page < 1 || page > pages.count || owners.has(page)) continue
      const read = readTreePage(pages, page)
      if (!read) continue
      owners.set(page, name)
      waiting.push(...read.children)
    }
  }
  claim(1, 'sqlite_schema')
  for (const page of [...owners.keys()])
    for (const { values } of readTreePage(pages, page)!.records) {
      const [type, name, , root] = values
      if ((type === 'table' || type === 'index') && typeof name === 'string' && typeof root === 'number')
        claim(root, name)
    }
  return owners
}

/** Pages that hold nothing any more: what stands there was deleted. */
function freePages(pages: Pages): Set<number> {
  const free = new Set<number>()
  let trunk = pages.read(1)?.readUInt32BE(32) ?? 0
  while (trunk > 0 && trunk <= pages.count && !free.has(trunk)) {
    const bytes = pages.read(trunk)
    if (!bytes) break
    const count = bytes.readUInt32BE(4)
    if (count > bytes.length / 4 - 2) break
    free.add(trunk)
    for (let i = 0; i < count; i++) free.add(bytes.readUInt32BE(8 + 4 * i))
    trunk = bytes.readUInt32BE(0)
  }
  return free
}
