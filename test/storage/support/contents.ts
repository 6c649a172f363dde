import { createHash } from 'node:crypto'
import Sqlite from 'better-sqlite3'

/** Everything that a database holds, table by table, as one hash each: two databases with equal ones hold the same. */
export function contentsOf(file: string): Record<string, string> {
  const db = new Sqlite(file, { readonly: true })
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all()
    return Object.fromEntries((tables as string[]).map((table) => [table, hashOf(db, table)]))
  } finally {
    db.close()
  }
}

function hashOf(db: Sqlite.Database, table: string): string {
  const columns = db.prepare(`SELECT * FROM "${table}"`).columns().length
  const order = Array.from({ length: columns }, (_, i) => i + 1).join(', ')
  const hash = createHash('sha256')
  for (const row of db.prepare(`SELECT * FROM "${table}" ORDER BY ${order}`).raw().iterate() as Iterable<unknown[]>)
    for (const value of row) hash.update(Buffer.isBuffer(value) ? value : `${typeof value} ${String(value)};`)
  return hash.digest('hex')
}
