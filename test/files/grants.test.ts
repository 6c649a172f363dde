import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { grantedFiles, noGrants, type GrantPurpose } from '../../src/core/files/grants'
import { writeStreamed } from '../../src/core/files/write-whole'

let folder: string
let workspace: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-grants-'))
  mkdirSync((workspace = join(folder, 'workspace')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Grants that stand for files of the folder by their own name, for any purpose; `none` for nothing. */
const files = () => {
  const asked: GrantPurpose[] = []
  const redeem = async (grant: string, purpose: GrantPurpose) => {
    asked.push(purpose)
    return grant === 'none' ? null : join(folder, grant)
  }
  return { ...grantedFiles(redeem, workspace), asked }
}
const bytes = new TextEncoder().encode('a,b\n')

describe('a file that was chosen', () => {
  it('is written whole, replaces what was there, and leaves nothing beside it', async () => {
    writeFileSync(join(folder, 'a.csv'), 'old and longer')
    expect(await files().saveBytes('a.csv', bytes)).toEqual({ name: 'a.csv', bytes: 4 })
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe('a,b\n')
    expect(readdirSync(folder).sort()).toEqual(['a.csv', 'workspace'])
  })
  it('stays as it was where writing breaks off in the middle', async () => {
    writeFileSync(join(folder, 'a.csv'), 'old')
    const broken = files().save('a.csv', (path) =>
      writeStreamed(
        path,
        async (file) => {
          await file.appendFile('half')
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
        },
        { force: true },
      ),
    )
    await expect(broken).rejects.toMatchObject({ code: 'workspace.full', message: expect.stringContaining('a.csv') })
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe('old')
    expect(readdirSync(folder).sort()).toEqual(['a.csv', 'workspace'])
  })
  it('says why where its folder cannot be written', async () => {
    await expect(files().saveBytes('missing/a.csv', bytes)).rejects.toMatchObject({
      code: 'file.unreadable',
      message: expect.stringMatching(/missing\/a\.csv cannot be written: .*no such file/),
      details: { hint: 'Choose another place.' },
    })
  })
  it.skipIf(process.getuid?.() === 0)(
    'says so of a folder without the right to write (skipped: root may)',
    async () => {
      mkdirSync(join(folder, 'closed'))
      chmodSync(join(folder, 'closed'), 0o500)
      await expect(files().saveBytes('closed/a.csv', bytes)).rejects.toMatchObject({ code: 'file.unreadable' })
    },
  )
  it('is never one of the database’s folder, by whatever name that is reached', async () => {
    symlinkSync(workspace, join(folder, 'link'))
    for (const place of ['workspace/anneal.db', 'workspace/a.csv', 'link/anneal.db-wal', 'link/../workspace/a.csv'])
      await expect(files().saveBytes(place, bytes), place).rejects.toMatchObject({ code: 'file.exists' })
    expect(readdirSync(workspace)).toEqual([])
    // A name that only begins alike is another folder.
    mkdirSync(join(folder, 'workspace-2'))
    expect(await files().saveBytes('workspace-2/a.csv', bytes)).toMatchObject({ name: 'a.csv' })
  })
})

it('a grant that is worth nothing is refused before anything is touched', async () => {
  const { saveBytes, toOpen, readSpec, asked } = files()
  for (const refused of [saveBytes('none', bytes), toOpen('none'), readSpec('none')])
    await expect(refused).rejects.toMatchObject({ code: 'input.invalid', details: { field: 'grant' } })
  expect(asked).toEqual(['save', 'open', 'open'])
  await expect(grantedFiles(noGrants, workspace).toOpen('a')).rejects.toMatchObject({ code: 'input.invalid' })
})

describe('a run spec from a file', () => {
  const spec = { dataset: { kind: 'csv', path: 'data/train.csv' } }
  it.each([
    ['a.json', JSON.stringify(spec)],
    ['a.recipe.json', JSON.stringify({ recipe: 1, spec })],
    ['a.yaml', 'dataset:\n  kind: csv\n  path: data/train.csv\n'],
  ])('%s has its data beside it', async (name, text) => {
    writeFileSync(join(folder, name), text)
    const { value } = await files().readSpec(name)
    expect(value).toEqual({ dataset: { kind: 'csv', path: join(folder, 'data/train.csv') } })
  })
  it('names the file and line of what it cannot read', async () => {
    writeFileSync(join(folder, 'a.json'), '{\n  "name": }')
    await expect(files().readSpec('a.json')).rejects.toThrow(/^a\.json is not JSON: line 2, column 11/)
    await expect(files().readSpec('b.json')).rejects.toMatchObject({ code: 'file.unreadable' })
    writeFileSync(join(folder, 'c.json'), ' '.repeat(4 * 2 ** 20 + 1))
    await expect(files().readSpec('c.json')).rejects.toThrow('too large for a spec')
  })
})
