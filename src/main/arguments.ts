import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultDataDir } from '../core/data-dir'

/** The workspace folder: `--data DIR`, else the user's data folder. Chromium's own switches on the line are left alone. */
export function workspaceDir(args: string[], cwd = process.cwd()): string {
  const { values } = parseArgs({ args, options: { data: { type: 'string' } }, strict: false, allowPositionals: true })
  return typeof values.data === 'string' && values.data ? resolve(cwd, values.data) : defaultDataDir()
}
