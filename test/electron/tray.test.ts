import { EventEmitter } from 'node:events'
import { expect, it, vi } from 'vitest'

const electron = vi.hoisted(() => ({
  icon: null as { emit(event: string, ...given: unknown[]): void } | null,
  menu: [] as { label?: string; click?: (...given: unknown[]) => void }[],
}))
vi.mock('electron', () => ({
  Tray: class extends EventEmitter {
    setToolTip = vi.fn()
    setContextMenu = vi.fn()
    constructor() {
      super()
      electron.icon = this
    }
  },
  Menu: { buildFromTemplate: (template: typeof electron.menu) => (electron.menu = template) },
  nativeImage: { createFromPath: vi.fn() },
}))

import { createTray } from '../../src/main/tray'

it('opens the window where it was: what Electron tells of a click is not taken for a run', () => {
  const act = { open: vi.fn(), stop: vi.fn() }
  createTray('icon.png', act).show('1 run trains')
  electron.icon!.emit('click', { altKey: false }, { x: 0, y: 0 })
  electron.menu.find(({ label }) => label === 'Open Anneal')!.click!({ id: 1 }, null, {})
  expect(act.open.mock.calls).toEqual([[], []])
})
