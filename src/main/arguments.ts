import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultDataDir } from '../core/data-dir'
import { openKind } from '../core/domain/file-kind'

const parsed = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: { data: { type: 'string' } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })

/** The workspace folder: `--data DIR`, else the user's data folder. Chromium's own switches on the line are left alone. */
export function workspaceDir(args: readonly string[], cwd = process.cwd()): string {
  const { data } = parsed(args).values
  return typeof data === 'string' && data ? resolve(cwd, data) : defaultDataDir()
}

/** Files on a command line that Anneal opens, as whole paths; whatever else stands there is somebody else's. */
export const filesAmong = (args: readonly string[], cwd: string): string[] =>
  parsed(args)
    .positionals.filter((word) => !/^[\w+.-]+:\/\//.test(word) && openKind(word) !== null)
    .map((file) => resolve(cwd, file))

/** The same start with another workspace, and without what was to be opened in this one. */
export function argumentsFor(args: readonly string[], dir: string): string[] {
  const left = new Set<number>()
  for (const token of parsed(args).tokens ?? []) {
    if (token.kind === 'option' && token.name === 'data') {
      left.add(token.index)
      if (token.value !== undefined && !token.inlineValue) left.add(token.index + 1)
    }
    const opened = token.kind === 'positional' && (token.value.startsWith('anneal://') || openKind(token.value))
    if (opened) left.add(token.index)
  }
  return [...args.filter((_, i) => !left.has(i)), '--data', dir]
}
