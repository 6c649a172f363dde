import Sqlite from 'better-sqlite3'

/** A connection that may change the workspace; held by the core only. */
export type WritableDb = Sqlite.Database

/**
 * Connects to a file that may come from anywhere: what its schema says is not trusted to call functions, and sizes in its
 * pages are checked as they are read.
 */
export function connectTo(file: string, options?: Sqlite.Options): WritableDb {
  const db = new Sqlite(file, options)
  try {
    db.pragma('trusted_schema = OFF')
    db.pragma('cell_size_check = ON')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** A prepared statement that only reads. */
export type Query<Row> = Pick<Sqlite.Statement<unknown[], Row>, 'all' | 'get'>

/** What readers get: they cannot write, by its type and by a check when the statement is prepared. */
export interface ReadableDb {
  /** Rows as objects. */
  query<Row>(sql: string): Query<Row>
  /** The first column of each row. */
  column<Value>(sql: string): Query<Value>
}

export function readable(db: WritableDb): ReadableDb {
  const prepare = <Row>(sql: string) => {
    const statement = db.prepare<unknown[], Row>(sql)
    if (!statement.readonly) throw new Error(`A reader must not write: ${sql}`)
    return statement
  }
  return {
    query: <Row>(sql: string) => prepare<Row>(sql),
    column: <Value>(sql: string) => prepare<Value>(sql).pluck() as unknown as Query<Value>,
  }
}
