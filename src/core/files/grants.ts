import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { AppError } from '../domain/errors'
import { recipeSpec } from '../domain/recipe/recipe'
import { MAX_SPEC_BYTES, parseSpecText, resolvePaths, tooLargeForSpec } from './spec-text'
import { writeWhole } from './write-whole'

/** What a file was chosen for in the system's own dialog. */
export type GrantPurpose = 'open' | 'save'

/** Turns a grant into the path that it stands for, once; null for one that is unknown, used, or for something else. */
export type RedeemGrant = (grant: string, purpose: GrantPurpose) => Promise<string | null>

/** Where no window is, no dialog gives grants: a browser's page uploads and downloads. */
export const noGrants: RedeemGrant = async () => null

/** Files that the user has chosen: a page names a grant, never a path. */
export interface GrantedFiles {
  /** The path to read. @throws AppError `input.invalid` for a grant that is worth nothing */
  toOpen(grant: string): Promise<string>
  /**
   * Lets something be written at the path of a grant.
   * @throws AppError `input.invalid`; `file.exists` inside of the workspace's own folder; what writing says
   */
  save(grant: string, write: (path: string) => Promise<unknown>): Promise<{ name: string; bytes: number }>
  /** Writes a whole file or nothing. */
  saveBytes(grant: string, bytes: Uint8Array): Promise<{ name: string; bytes: number }>
  /** The spec in a file or recipe, JSON or YAML, not checked; paths of data are those of its own folder. */
  readSpec(grant: string): Promise<{ name: string; value: unknown }>
  /** The spec in a text of that name, not checked. @throws AppError `input.invalid` with line and column */
  parseSpec(text: string, name: string): unknown
}

/**
 * Files by grant.
 * @param workspace folder that nothing is saved into: its files are the database's
 */
export function grantedFiles(redeem: RedeemGrant, workspace: string): GrantedFiles {
  async function pathOf(grant: string, purpose: GrantPurpose): Promise<string> {
    const path = await redeem(grant, purpose)
    if (path !== null) return path
    throw new AppError('input.invalid', 'The file was not chosen for this, or was used already', {
      field: 'grant',
      allowed: 'a grant of the file dialog, once',
      hint: 'Choose the file again.',
    })
  }
  const toOpen = (grant: string) => pathOf(grant, 'open')
  const save: GrantedFiles['save'] = async (grant, write) => {
    const path = await pathOf(grant, 'save')
    if (await liesIn(workspace, path)) throw belongsToDatabase(path)
    await write(path)
    return { name: basename(path), bytes: (await stat(path)).size }
  }
  return {
    toOpen,
    save,
    // The dialog has asked before it gave the name of a file that is there.
    saveBytes: (grant, bytes) => save(grant, (path) => writeWhole(path, bytes, { force: true })),
    async readSpec(grant) {
      const path = await toOpen(grant)
      const name = basename(path)
      return { name, value: resolvePaths(recipeSpec(parseSpecText(await readText(path), { name })), dirname(path)) }
    },
    parseSpec: (text, name) => recipeSpec(parseSpecText(text, { name })),
  }
}

const belongsToDatabase = (path: string): AppError =>
  new AppError(
    'file.exists',
    `${path} lies in the folder of the workspace, which belongs to the database; nothing was written`,
    { field: path, hint: 'Choose another folder.' },
  )

/** Links are followed: a folder may be reached by several names. */
async function liesIn(folder: string, path: string): Promise<boolean> {
  const real = (dir: string) => realpath(dir).catch(() => dir)
  const target = join(await real(dirname(path)), basename(path))
  const from = relative(await real(folder), target)
  return from !== '..' && !from.startsWith(`..${sep}`) && from !== target
}

async function readText(path: string): Promise<string> {
  try {
    const facts = await stat(path)
    const { size } = facts
    if (!facts.isFile()) throw new AppError('file.unreadable', `${path} is not a file`, { field: path })
    if (size > MAX_SPEC_BYTES) throw tooLargeForSpec(path, size)
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const message = `${path} cannot be read: ${(cause as Error).message}`
    throw new AppError('file.unreadable', message, { field: path }, { cause })
  }
}
