import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { type Log, readLog } from './log'

/** Anneal never chose another one; only where somebody else rebuilt the file is the header's word needed. */
export const USUAL_PAGE_SIZE = 4096

/** The pages of a damaged database as its files have them; nothing here trusts anything but a page's own bytes. */
export interface Pages {
  size: number
  count: number
  /** Numbered from 1; null where the file ends before its end. */
  read(page: number): Buffer | null
  damagedFrames: number
  close(): void
}

/** The page size that a database's header names, where it is one at all. */
export function namedPageSize(file: string): number | null {
  const handle = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(2)
    if (readSync(handle, bytes, 0, 2, 16) < 2) return null
    const size = bytes.readUInt16BE(0) === 1 ? 65536 : bytes.readUInt16BE(0)
    return size >= 512 && (size & (size - 1)) === 0 ? size : null
  } finally {
    closeSync(handle)
  }
}

/** Opens a database and the log beside it, to read only. */
export function openPages(file: string, size: number): Pages {
  const handle = openSync(file, 'r')
  const logFile = `${file}-wal`
  const logHandle = existsSync(logFile) ? openSync(logFile, 'r') : null
  const log: Log =
    logHandle === null ? { pages: new Map(), damaged: 0 } : readLog(logHandle, fstatSync(logHandle).size, size)
  const inFile = Math.floor(fstatSync(handle).size / size)
  return {
    size,
    count: Math.max(inFile, ...log.pages.keys()),
    read(page) {
      const bytes = Buffer.alloc(size)
      const place = log.pages.get(page)
      if (place !== undefined) return readSync(logHandle!, bytes, 0, size, place) === size ? bytes : null
      if (page < 1 || page > inFile) return null
      return readSync(handle, bytes, 0, size, (page - 1) * size) === size ? bytes : null
    },
    damagedFrames: log.damaged,
    close() {
      closeSync(handle)
      if (logHandle !== null) closeSync(logHandle)
    },
  }
}
