import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeSweep } from '../../bench/workspace/write-runs'
import { openWorkspace } from '../../src/core/storage/open'
import { buildMain } from './compat/build-main'
import { electron22 } from './electron22'
import { type ElectronApp, launch } from './launch'
import { clickOn, patiently, showsText } from './window-steps'

const { path: electron, reason } = electron22()

describe.skipIf(reason !== null)(`files in a real Electron 22${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-files-'))
  const data = join(folder, 'workspace')
  const home = join(folder, 'home')
  const [asked, chosen, revealed] = ['asked', 'chosen', 'revealed'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  let app: ElectronApp
  let run: string
  let name: string

  beforeAll(async () => {
    mkdirSync(home)
    const storage = openWorkspace(data, { now: Date.now })
    writeSweep(storage, 6)
    const finished = storage.runs.all().find(({ status }) => status === 'finished')!
    run = finished.id
    name = finished.name
    storage.close()
    app = await launch({
      electron,
      main: await buildMain(join(folder, 'main')),
      data,
      netLog: join(folder, 'net.json'),
    })
    // What the user does in the system's dialogs, which no driver can reach. By a file: the inspector of Electron 22
    // does not bear being asked often.
    await app.main(`(() => {
      const fs = process.mainModule.require('fs')
      const answer = async (_window, { defaultPath }) => {
        fs.appendFileSync(${JSON.stringify(asked)}, defaultPath + '\\n')
        return JSON.parse(fs.readFileSync(${JSON.stringify(chosen)}, 'utf8'))
      }
      Object.assign(electron.dialog, { showSaveDialog: answer, showOpenDialog: answer })
      electron.shell.showItemInFolder = (path) => fs.appendFileSync(${JSON.stringify(revealed)}, path + '\\n')
    })()`)
  })
  beforeEach(() => {
    for (const file of [asked, revealed]) writeFileSync(file, '')
  })
  afterAll(async () => {
    await app?.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  const choose = (filePath: string | null) =>
    writeFileSync(
      chosen,
      JSON.stringify(filePath === null ? { canceled: true } : { canceled: false, filePath, filePaths: [filePath] }),
    )
  const lines = (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1)
  const openExport = async () => {
    await app.page.evaluate(`location.hash = '#/runs/${run}'`)
    await showsText(app.page, name)
    await vi.waitFor(async () => {
      if (await app.page.evaluate(`!document.querySelector('.export-dialog [data-save]:enabled')`))
        await app.page.evaluate(
          `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'e', bubbles: true }))`,
        )
      expect(await app.page.evaluate(`Boolean(document.querySelector('.export-dialog [data-save]:enabled'))`)).toBe(
        true,
      )
    }, patiently)
  }
  const inDialog = (words: string) => clickOn(app.page, words, '.export-dialog footer button:enabled')
  const says = (part: string | RegExp) =>
    vi.waitFor(
      async () => expect(await app.page.evaluate(`document.querySelector('.toast')?.innerText ?? ''`)).toMatch(part),
      patiently,
    )

  it('saves every point as CSV where the dialog says, as the core wrote it, and shows it in its folder', async () => {
    await openExport()
    choose(join(home, 'points'))
    await inDialog('CSV')
    await says(/points\.csv saved/)
    // Above the dialog that is still open, and over none of its buttons.
    const covered = await app.page
      .evaluate(`[...document.querySelectorAll('.toast button, .export-dialog footer button')]
      .filter((one) => {
        const { x, y, width, height } = one.getBoundingClientRect()
        return !one.contains(document.elementFromPoint(x + width / 2, y + height / 2))
      }).map(({ innerText }) => innerText)`)
    expect(covered).toEqual([])
    const text = readFileSync(join(home, 'points.csv'), 'utf8')
    expect(text.split('\n')[0]).toContain('train/loss')
    expect(text.trim().split('\n').length).toBeGreaterThan(10)
    expect(lines(asked)).toEqual([expect.stringMatching(/\.csv$/)])
    await clickOn(app.page, 'Show in folder', '.toast button')
    await vi.waitFor(() => expect(lines(revealed)).toEqual([join(home, 'points.csv')]), patiently)
  })

  it('leaves everything as it was when the dialog is cancelled', async () => {
    await openExport()
    const before = readdirSync(home)
    choose(null)
    await inDialog('Parquet')
    await vi.waitFor(() => expect(lines(asked)).toHaveLength(1), patiently)
    choose(join(home, 'after.parquet'))
    await inDialog('Parquet')
    await says(/after\.parquet saved/)
    expect(readdirSync(home).sort()).toEqual([...before, 'after.parquet'].sort())
    expect(readFileSync(join(home, 'after.parquet')).subarray(0, 4).toString()).toBe('PAR1')
  })

  it('replaces a file as a whole, and says so where one cannot be written', async () => {
    await openExport()
    writeFileSync(join(home, 'old.py'), 'old')
    choose(join(home, 'old.py'))
    await inDialog('Save')
    await says(/old\.py saved/)
    expect(readFileSync(join(home, 'old.py'), 'utf8')).toContain('import torch')
    choose(join(home, 'missing', 'a.py'))
    await inDialog('Save')
    await says(/missing\/a\.py cannot be written: .*no such file/)
    choose(join(data, 'anneal.py'))
    await inDialog('Save')
    await says(/lies in the folder of the workspace/)
    expect(existsSync(join(data, 'anneal.py'))).toBe(false)
    expect(readdirSync(home).filter((file) => file.endsWith('.tmp'))).toEqual([])
  })

  it('writes a bundle straight into its file, and takes it in again by the dialog', async () => {
    await openExport()
    choose(join(home, 'one.anneal-bundle'))
    await inDialog('Bundle')
    await says(/one\.anneal-bundle saved/)
    await app.page.evaluate(
      `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))`,
    )
    await openByCommand()
    await says(/here already, skipped/)
  })

  const openByCommand = async () => {
    await app.page.evaluate(
      `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))`,
    )
    await clickOn(app.page, 'Open a bundle, run spec or recipe', '[role=option]')
  }

  it('fills New run from a recipe that the dialog gave, with its data beside it', async () => {
    const spec = {
      name: 'from a file',
      dataset: { kind: 'csv', path: 'numbers.csv', target: 'y' },
      model: { preset: 'mlp' },
      schedule: { kind: 'constant', lr: 0.03 },
      budget: { steps: 77 },
    }
    writeFileSync(join(home, 'mine.json'), JSON.stringify(spec))
    choose(join(home, 'mine.json'))
    await openByCommand()
    const values = `[...document.querySelectorAll('input')].map(({ value }) => value)`
    await vi.waitFor(
      async () =>
        expect(await app.page.evaluate(values)).toEqual(
          expect.arrayContaining(['from a file', join(home, 'numbers.csv'), '77']),
        ),
      patiently,
    )
  })

  it('says what is wrong with a file, and where', async () => {
    writeFileSync(join(home, 'bad.json'), '{ "name": ')
    choose(join(home, 'bad.json'))
    await openByCommand()
    await says(/bad\.json is not JSON: line 1, column 11/)
    choose(join(home, 'old.py'))
    await openByCommand()
    await says(/old\.py is neither a bundle/)
  })

  it('takes nothing but grants of its own dialogs, once', async () => {
    choose(join(home, 'once.csv'))
    const given = await app.page.evaluate<{ grant: string; name: string }>(`anneal.saveAs('a.csv')`)
    expect(given).toEqual({ grant: expect.stringMatching(/^[0-9a-f]{32}$/), name: 'once.csv' })
    await expect(app.page.evaluate(`anneal.saveAs('../a.csv')`)).rejects.toThrow('Only files of a kind')
    await expect(app.page.evaluate(`anneal.saveAs('a.sh')`)).rejects.toThrow('Only files of a kind')
    for (const grant of [given.grant, '/etc/passwd', 'x'])
      await app.page.evaluate(`anneal.reveal(${JSON.stringify(grant)})`)
    expect(lines(revealed)).toEqual([])
  })
})
