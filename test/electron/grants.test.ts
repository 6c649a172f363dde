import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const dialog = vi.hoisted(() => ({ showSaveDialog: vi.fn(), showOpenDialog: vi.fn(), showMessageBox: vi.fn() }))
vi.mock('electron', () => ({ dialog }))

import { createFileDialogs, openFile } from '../../src/main/file-dialogs'
import { proposedFile, withEnding } from '../../src/main/file-kinds'
import { createGrants } from '../../src/main/grants'

const counted = () => {
  let count = 0
  return createGrants(() => `g${count++}`)
}

describe('a grant', () => {
  it('stands for its path once', () => {
    const grants = counted()
    const grant = grants.give('/home/a.csv', 'save')
    expect([grants.redeem(grant, 'save'), grants.redeem(grant, 'save')]).toEqual(['/home/a.csv', null])
  })
  it('is worth nothing for another purpose, and nothing afterwards', () => {
    const grants = counted()
    const grant = grants.give('/home/a.json', 'open')
    expect([grants.redeem(grant, 'save'), grants.redeem(grant, 'open')]).toEqual([null, null])
  })
  it('that nobody gave is worth nothing', () => {
    expect(counted().redeem('/etc/passwd', 'open')).toBe(null)
  })
  it('shows a file in its folder only after it was saved by it', () => {
    const grants = counted()
    const [saved, opened] = [grants.give('/home/a.csv', 'save'), grants.give('/home/b.json', 'open')]
    expect(grants.saved(saved)).toBe(null)
    for (const grant of [saved, opened]) grants.redeem(grant, grant === saved ? 'save' : 'open')
    expect([grants.saved(saved), grants.saved(opened)]).toEqual(['/home/a.csv', null])
  })
  it('is forgotten where very many are not used: the oldest first', () => {
    const grants = counted()
    const all = Array.from({ length: 65 }, (_, i) => grants.give(`/home/${i}.csv`, 'save'))
    expect(grants.redeem(all[0]!, 'save')).toBe(null)
    expect(grants.redeem(all[1]!, 'save')).toBe('/home/1.csv')
    expect(grants.redeem(all[64]!, 'save')).toBe('/home/64.csv')
  })
})

describe('a name that a page proposes', () => {
  it.each(['a.csv', 'a b.parquet', 'α.png', 'run.recipe.yaml', '3-runs.anneal-bundle', 'A.CSV'])('%s', (name) =>
    expect(proposedFile(name)?.name).toBe(name),
  )
  it.each([
    ...['../a.csv', '/etc/a.csv', 'a\\b.csv', 'C:a.csv', '.csv', '.a.csv', 'a\u0000.csv', 'a\n.csv'],
    ...[
      'a',
      'a.',
      'a.exe',
      'a.csv.sh',
      'a.constructor',
      '',
      `${'a'.repeat(300)}.csv`,
      7,
      null,
      { toString: () => 'a.csv' },
    ],
  ])('is none: %j', (name) => expect(proposedFile(name)).toBe(null))
  it('gets its ending where the system leaves it out', () => {
    expect(withEnding('/home/a', 'csv')).toBe('/home/a.csv')
    expect(withEnding('/home/v1.2', 'csv')).toBe('/home/v1.2.csv')
    expect(withEnding('/home.d/a.CSV', 'csv')).toBe('/home.d/a.CSV')
  })
})

describe('file dialogs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-dialogs-'))
  beforeEach(() => vi.resetAllMocks())
  afterEach(() => rmSync(join(folder, 'there.csv'), { force: true }))
  const open = (window: object | null = {}) => {
    const grants = counted()
    return { grants, dialogs: createFileDialogs({ window: () => window as never, grants, folder: () => folder }) }
  }

  it('give a grant of what was chosen, and no path', async () => {
    const { grants, dialogs } = open()
    dialog.showSaveDialog.mockResolvedValue({ canceled: false, filePath: join(folder, 'b.csv') })
    const chosen = await dialogs.saveAs('a.csv')
    expect(chosen).toEqual({ grant: 'g0', name: 'b.csv' })
    expect(grants.redeem('g0', 'save')).toBe(join(folder, 'b.csv'))
    const [, options] = dialog.showSaveDialog.mock.lastCall!
    expect(options).toMatchObject({ defaultPath: join(folder, 'a.csv'), filters: [{ extensions: ['csv'] }] })
    expect(options.properties).toContain('showOverwriteConfirmation')
  })
  it('give nothing when they are cancelled', async () => {
    const { dialogs } = open()
    dialog.showSaveDialog.mockResolvedValue({ canceled: true, filePath: '' })
    dialog.showOpenDialog.mockResolvedValue({ canceled: true, filePaths: [] })
    expect([await dialogs.saveAs('a.csv'), await dialogs.chooseFile()]).toEqual([null, null])
  })
  it.each([
    [0, { grant: 'g0', name: 'there.csv' }],
    [1, null],
  ])('ask for the name with its ending too, where a file has it: button %s', async (response, chosen) => {
    writeFileSync(join(folder, 'there.csv'), '')
    const { dialogs } = open()
    dialog.showSaveDialog.mockResolvedValue({ canceled: false, filePath: join(folder, 'there') })
    dialog.showMessageBox.mockResolvedValue({ response })
    expect(await dialogs.saveAs('a.csv')).toEqual(chosen)
    expect(dialog.showMessageBox.mock.lastCall![1].message).toBe('Replace there.csv?')
  })
  it('begin where the last one ended', async () => {
    const { dialogs } = open()
    dialog.showSaveDialog.mockResolvedValue({ canceled: false, filePath: '/elsewhere/b.csv' })
    await dialogs.saveAs('a.csv')
    await dialogs.saveAs('c.csv')
    expect(dialog.showSaveDialog.mock.lastCall![1].defaultPath).toBe(join('/elsewhere', 'c.csv'))
  })
  it('are one at a time, of a window', async () => {
    const { dialogs } = open()
    const closed = Promise.withResolvers()
    dialog.showSaveDialog.mockReturnValueOnce(closed.promise)
    const first = dialogs.saveAs('a.csv')
    await expect(dialogs.chooseFile()).rejects.toThrow('Another file dialog is open')
    closed.resolve({ canceled: true })
    expect(await first).toBe(null)
    await expect(open(null).dialogs.chooseFile()).rejects.toThrow('A window is needed')
    await expect(dialogs.saveAs('a.exe')).rejects.toThrow('Only files of a kind')
  })
  it('open bundles, specs and recipes only', async () => {
    const { grants, dialogs } = open()
    dialog.showOpenDialog.mockResolvedValue({ canceled: false, filePaths: ['/home/r.recipe.yaml'] })
    expect(await dialogs.chooseFile()).toEqual({ grant: 'g0', name: 'r.recipe.yaml', kind: 'spec' })
    expect(openFile('/home/a.anneal-bundle', grants)).toMatchObject({ kind: 'bundle' })
    expect(() => openFile('/home/a.db', grants)).toThrow('a.db is neither a bundle')
  })
})
