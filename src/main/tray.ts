import { Menu, nativeImage, Tray } from 'electron'

export interface BackgroundTray {
  /** Puts the icon into the system's tray, or changes its words. */
  show(text: string): void
  hide(): void
}

/** The icon in the system's tray while runs train without a window. Where there is no tray, a second start brings the window. */
export function createTray(icon: string, act: { open: () => void; stop: () => void }): BackgroundTray {
  let tray: Tray | null = null
  let shown = ''
  return {
    show(text) {
      if (tray && text === shown) return
      if (!tray) {
        tray = new Tray(nativeImage.createFromPath(icon))
        tray.on('click', () => act.open())
      }
      shown = text
      tray.setToolTip(`Anneal: ${text}`)
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: text, enabled: false },
          { label: 'Open Anneal', click: () => act.open() },
          { type: 'separator' },
          { label: 'Stop after a checkpoint and quit', click: () => act.stop() },
        ]),
      )
    },
    hide() {
      tray?.destroy()
      tray = null
    },
  }
}
