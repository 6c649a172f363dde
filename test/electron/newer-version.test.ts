import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { buildMain } from './compat/build-main'
import { electron22 } from './electron22'
import { type ElectronApp, launch, ROOT } from './launch'
import { patiently } from './window-steps'

const { path: electron, reason } = electron22()
const PAGE = 'https://anneal.example/versions'

describe.skipIf(reason !== null)(`newer versions in a real Electron 22${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-newer-'))
  let main: string
  let app: ElectronApp
  let count = 0

  beforeAll(async () => (main = await buildMain(join(folder, 'main'))))
  afterEach(() => app?.dispose())
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** The program as it would be with that in its package.json. */
  async function start(manifest: object): Promise<void> {
    const program = join(folder, `program-${++count}`)
    mkdirSync(program)
    for (const part of ['out', 'resources']) symlinkSync(join(ROOT, part), join(program, part))
    writeFileSync(join(program, 'package.json'), JSON.stringify({ name: 'anneal', version: '0.1.0', ...manifest }))
    const data = join(folder, `workspace-${count}`)
    app = await launch({ electron, main, data, netLog: join(folder, `net-${count}.json`), app: program })
    await app.main(`(globalThis.opened = [], electron.shell.openExternal = async (url) => void opened.push(url),
      electron.dialog.showMessageBox = async (...given) => {
        globalThis.asked = given.at(-1)
        return { response: globalThis.answer }
      })`)
  }
  const labels = () =>
    app.main<string[]>(
      `electron.Menu.getApplicationMenu().items.flatMap(({ submenu }) => submenu.items.map(({ label }) => label))`,
    )
  const choose = (answer: number) =>
    app.main(`(globalThis.asked = null, globalThis.answer = ${answer}, electron.Menu.getApplicationMenu().items
      .flatMap(({ submenu }) => submenu.items).find(({ label }) => label.startsWith('Check for')).click())`)
  const asked = () =>
    vi.waitFor(async () => {
      const question = await app.main<{ detail: string; buttons: string[] } | null>('globalThis.asked')
      expect(question).not.toBe(null)
      return question!
    }, patiently)

  it('are looked for by the browser alone, at the page of the package, and only after asking', async () => {
    await start({ homepage: PAGE })
    expect(await labels()).toContain('Check for a newer version …')
    await choose(1)
    const { detail, buttons } = await asked()
    expect(detail).toContain(`opens ${PAGE} in your browser; Anneal itself fetches nothing`)
    expect(buttons).toEqual(['Open in the browser', 'Cancel'])
    await choose(0)
    await asked()
    await vi.waitFor(async () => expect(await app.main('globalThis.opened')).toEqual([PAGE]), patiently)
    // The page in the window has no such right.
    await app.page.evaluate(`window.open(${JSON.stringify(PAGE)})`)
    expect(await app.main('globalThis.opened')).toEqual([PAGE])
  })

  it.each([
    ['no page', {}],
    ['a page that is not https', { homepage: 'http://anneal.example/' }],
  ])('are not in the menu where the package names %s', async (_what, manifest) => {
    await start(manifest)
    expect((await labels()).filter((label) => label.startsWith('Check for'))).toEqual([])
  })
})
