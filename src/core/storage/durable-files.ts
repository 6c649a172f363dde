import { closeSync, copyFileSync, fsyncSync, linkSync, openSync } from 'node:fs'

/** Waits until what was written to a file, or a new name in a folder, has reached the disk. */
export function syncPath(path: string): void {
  // Windows has no such call for folders and needs none.
  const folders = process.platform !== 'win32'
  let handle: number
  try {
    handle = openSync(path, folders ? 'r' : 'r+')
  } catch (error) {
    if (!folders && ['EISDIR', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return
    throw error
  }
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Gives a file a second name, which keeps what it holds when the first is replaced; a copy where the disk has no links. */
export function keepAs(path: string, name: string): void {
  try {
    linkSync(path, name)
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    copyFileSync(path, name)
    syncPath(name)
  }
}

const NO_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EMLINK'])
