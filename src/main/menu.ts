import { Menu, type MenuItemConstructorOptions } from 'electron'
import { GLOBAL_KEYS } from '../renderer/frame/key-help'
import { SCREENS } from '../renderer/frame/screens'
import type { RecentWorkspace } from './recent-workspaces'

export interface MenuActions {
  /** Opens a screen of the page by the name of its route. */
  go(screen: string): void
  /** Presses a key of the page, as the page names it: "Ctrl+k". */
  press(keys: string): void
  revealWorkspace(): void
  /** Asks for a bundle, run spec or recipe. */
  openFile(): void
  /** Asks for another workspace's folder. */
  chooseWorkspace(): void
  openWorkspace(dir: string): void
  clearRecent(): void
  /** Leads to where a newer version would be; null where no such page is known. */
  findNewer: (() => void) | null
}

/** The longest path that a menu shows; longer ones lose their beginning, which tells them apart least. */
const MOST_PATH = 60

const pathText = (dir: string): string => (dir.length > MOST_PATH ? `…${dir.slice(1 - MOST_PATH)}` : dir)

/** Workspaces that were open before; those that are gone are named and cannot be chosen. */
function recentMenu(recent: readonly RecentWorkspace[], actions: MenuActions): MenuItemConstructorOptions[] {
  if (!recent.length) return [{ label: 'None yet', enabled: false }]
  return [
    ...recent.map(({ dir, missing }) => ({
      // A lone & marks the key of an entry.
      label: `${pathText(dir).replaceAll('&', '&&')}${missing ? ' (missing)' : ''}`,
      enabled: !missing,
      click: () => actions.openWorkspace(dir),
    })),
    { type: 'separator' },
    { label: 'Clear', click: actions.clearRecent },
  ]
}

/** Keys that a menu of the system's own has, or that mean nothing as an entry. */
const NOT_LISTED = ['Escape', 'Ctrl+z']

const titled = (text: string): string => text[0]!.toUpperCase() + text.slice(1)

/**
 * The page's key in Electron's words. The page itself acts on it: an accelerator that were registered would act in text
 * fields too, and on macOS every one is, so that none is named there.
 */
const shownKeys = (keys: string, mac: boolean): MenuItemConstructorOptions =>
  mac ? {} : { accelerator: keys.replace(/\w$/, (letter) => letter.toUpperCase()), registerAccelerator: false }

/** The window's menu: the system's own entries, and every screen and key of the page's lists. */
export function menuTemplate(
  actions: MenuActions,
  { platform, devTools, recent }: { platform: NodeJS.Platform; devTools: boolean; recent: readonly RecentWorkspace[] },
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin'
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const screens = SCREENS.map(({ route, label, keys }) => ({
    label,
    ...shownKeys(keys, mac),
    click: () => actions.go(route),
  }))
  const listed = new Set([...SCREENS.map(({ keys }) => keys), ...NOT_LISTED])
  const commands = GLOBAL_KEYS.keys
    .filter(([keys]) => !listed.has(keys))
    .map(([keys, does]) => ({ label: titled(does), ...shownKeys(keys, mac), click: () => actions.press(keys) }))
  const reveal = mac ? 'Show Workspace in Finder' : 'Show workspace in folder'
  const file: MenuItemConstructorOptions[] = [
    { label: mac ? 'Open File…' : 'Open file …', click: actions.openFile },
    separator,
    { label: mac ? 'Open Workspace…' : 'Open workspace …', click: actions.chooseWorkspace },
    { label: mac ? 'Recent Workspaces' : 'Recent workspaces', submenu: recentMenu(recent, actions) },
    { label: reveal, click: actions.revealWorkspace },
    separator,
    { role: 'close' },
    ...(mac ? [] : [{ role: 'quit' } as const]),
  ]
  const newer = mac ? 'Check for a Newer Version…' : 'Check for a newer version …'
  const help: MenuItemConstructorOptions[] = actions.findNewer
    ? [{ role: 'help', label: 'Help', submenu: [{ label: newer, click: actions.findNewer }] }]
    : []
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'togglefullscreen' },
    ...(devTools ? [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
  ]
  return [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    { label: 'File', submenu: file },
    { role: 'editMenu' },
    { label: 'Go', submenu: [...screens, separator, ...commands] },
    { label: 'View', submenu: view },
    ...(mac ? [{ role: 'windowMenu' } as const] : []),
    ...help,
  ]
}

/** Sets the menu of the program. */
export function setMenu(
  actions: MenuActions,
  options: { devTools: boolean; recent: readonly RecentWorkspace[] },
): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, { ...options, platform: process.platform })))
}

/** A key of the page's lists as an event of the keyboard; Cmd takes the place of Ctrl on macOS. */
export function inputOf(
  keys: string,
  platform: NodeJS.Platform,
): { keyCode: string; modifiers: ('control' | 'meta' | 'shift' | 'alt')[] } {
  const parts = keys.split('+')
  const names = { Ctrl: platform === 'darwin' ? 'meta' : 'control', Shift: 'shift', Alt: 'alt' } as const
  const modifiers = parts.slice(0, -1).map((part) => names[part as keyof typeof names])
  return { keyCode: parts.at(-1)!, modifiers }
}
