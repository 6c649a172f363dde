import { app, powerMonitor } from 'electron'
import { filesAmong } from './arguments'
import type { BatteryPause } from './battery-pause'
import type { GivenFiles } from './given-files'
import type { MainWindow } from './main-window'
import { linkAmong, linkedRun } from './open-target'
import type { Quitting } from './quitting'

interface Options {
  window: MainWindow
  given: GivenFiles
  quitting: Quitting
  /** May the program simply end: nothing has begun yet, or everything has ended? */
  mayEnd: () => boolean
}

/** What the system wants of the program: files, links, the window back, an end. Call before the app is ready. */
export function followApp({ window, given, quitting, mayEnd }: Options): void {
  app.on('second-instance', (_event, args, cwd) => {
    window.show(linkAmong(args))
    given.give(filesAmong(args.slice(1), cwd))
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    if (app.isReady()) window.show()
    given.give([path])
  })
  app.on('open-url', (event, link) => {
    event.preventDefault()
    window.follow(linkedRun(link))
  })
  app.on('activate', () => app.isReady() && window.show())
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && quitting.state() !== 'background') app.quit()
  })
  app.on('before-quit', (event) => {
    if (mayEnd()) return
    event.preventDefault()
    void quitting.request().then(() => {
      // A page that closed itself took the window before anybody was asked: who does not want to leave gets it back.
      if (!window.current() && process.platform !== 'darwin' && quitting.state() === 'open') window.reopen()
    })
  })
}

/** The machine's power, and the ends that the system decides without a question. Call when the app is ready. */
export function followMachine({ battery, end }: { battery: BatteryPause; end: () => void }): void {
  let onBattery = false
  const power = (isBattery: boolean) => {
    onBattery = isBattery
    void (isBattery ? battery.onBattery() : battery.onMains())
  }
  powerMonitor.on('on-battery', () => power(true))
  powerMonitor.on('on-ac', () => power(false))
  const look = () => {
    const isBattery = powerMonitor.isOnBatteryPower()
    if (isBattery !== onBattery) power(isBattery)
  }
  look()
  // Nobody tells of a plug that was pulled or put in while the machine slept.
  powerMonitor.on('resume', look)
  powerMonitor.on('shutdown', end)
  // Whoever sends these waits for no answer. Only now: Electron sets handlers of its own, which ask, just before it is ready.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end)
}
