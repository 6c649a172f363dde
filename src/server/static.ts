import { realpath, stat } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, sep } from 'node:path'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** A file whose name holds a hash of its content never changes. */
const HASHED = /^\/assets\/.+-[\w-]{8}\.\w+$/

/** Names that a page's files have: letters, digits, and a few marks; no leading dot, so no `..` either. */
const SEGMENT = /^[\w@~+-][\w.@~+-]*$/

/**
 * The path below the page's folder that a request target asks for, with `/` between its parts; null where it is not of
 * the plain kind that the page's own files have. Decoded once; what still holds a `%`, a backslash, a colon, a dot in
 * front or an empty part is refused, not repaired. A path without an ending is a place inside the page: index.html.
 */
export function pagePath(target: string): string | null {
  let path: string
  try {
    path = decodeURIComponent(target.split('?', 1)[0]!)
  } catch {
    return null
  }
  if (!path.startsWith('/')) return null
  if (path === '/') return '/index.html'
  const segments = path.slice(1).split('/')
  if (!segments.every((segment) => SEGMENT.test(segment))) return null
  return extname(segments.at(-1)!) === '' ? '/index.html' : path
}

export interface PageFile {
  file: string
  size: number
  headers: Record<string, string>
}

/** The file for a request target; null where there is none, or where it lies outside of the folder behind a link. */
export async function findPageFile(root: string, target: string): Promise<PageFile | null> {
  const path = pagePath(target)
  if (!path) return null
  try {
    const folder = await realpath(root)
    const file = await realpath(join(folder, ...path.split('/')))
    const below = relative(folder, file)
    if (isAbsolute(below) || below.split(sep)[0] === '..') return null
    const facts = await stat(file)
    if (!facts.isFile()) return null
    return {
      file,
      size: facts.size,
      headers: {
        'Content-Type': TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream',
        'Cache-Control': HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      },
    }
  } catch {
    return null
  }
}
