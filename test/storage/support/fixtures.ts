import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const FOLDER = new URL('../../fixtures/workspaces/', import.meta.url)

/** Versions of the schema of which a workspace is kept, each written by the program of its time. */
export const FIXTURES = readdirSync(FOLDER)
  .map((name) => Number(/^v(\d+)\.db\.gz$/.exec(name)?.[1]))
  .filter(Number.isInteger)
  .sort((a, b) => a - b)

/** Puts the workspace of a version into a folder. */
export function putFixture(version: number, dir: string): string {
  writeFileSync(join(dir, 'anneal.db'), gunzipSync(readFileSync(new URL(`v${version}.db.gz`, FOLDER))))
  return dir
}
