import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { connectDevTools, type DevTools } from './devtools'
import { startScreen } from './xvfb'

export const ROOT = join(import.meta.dirname, '..', '..')
export const SHIM = join(import.meta.dirname, 'compat', 'child.mjs')

const onPath = (name: string) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)))

/** Why there is no screen for a window here; null where there is. */
export const whyNoScreen = (): string | null => (onPath('Xvfb') ? null : 'Xvfb is not installed: apt-get install xvfb')

export interface ElectronApp {
  page: DevTools
  /** Runs an expression in the main process, where `electron` is the module, and returns its value. */
  main<T>(expression: string): Promise<T>
  /** The debugger of the page that is open now: another one after the window was closed or its process died. */
  reattach(): Promise<DevTools>
  /** The main process. */
  pid: number
  /** Addresses of all pages that are open. */
  pages(): Promise<string[]>
  /** Everything that the process printed. */
  output(): string
  /** The exit code, once it has ended. */
  ended: Promise<number | null>
  /** For after a test: ends whatever is left. */
  dispose(): Promise<void>
}

interface Options {
  electron: string
  main: string
  /** Workspace folder. */
  data: string
  /** Where Chromium writes what its network service did. */
  netLog: string
  /** The program's folder, where it is not this one. */
  app?: string
  /** More of the command line. */
  args?: readonly string[]
}

/** Starts the window on a screen of its own, as a user would, with a debugging port for the test. */
export async function launch({
  electron,
  main,
  data,
  netLog,
  app = ROOT,
  args: more = [],
}: Options): Promise<ElectronApp> {
  const screen = await startScreen()
  const debug = ['--inspect=127.0.0.1:0', '--remote-debugging-port=0']
  const args = [...debug, '--no-sandbox', '--disable-gpu', `--log-net-log=${netLog}`, '--data', data, ...more]
  const child = spawn(electron, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DISPLAY: screen.display,
      // What the program remembers of its user, beyond one workspace.
      XDG_CONFIG_HOME: join(dirname(netLog), 'config'),
      ANNEAL_ELECTRON_APP: app,
      ANNEAL_ELECTRON_MAIN: main,
      ANNEAL_TEST_NODE: process.execPath,
      ANNEAL_TEST_SHIM: SHIM,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  let page: DevTools | null = null
  // One connection for all questions: the inspector of Electron 22 takes its process with it when it is left often.
  let inside: Promise<DevTools> | null = null
  const leaveMain = () =>
    void inside?.then(
      (main) => main.close(),
      () => {},
    )
  // Node waits at its end for whoever is connected.
  child.stderr.on('data', () => output.includes('Waiting for the debugger to disconnect') && leaveMain())
  const dispose = async () => {
    page?.close()
    leaveMain()
    child.kill('SIGKILL')
    await ended
    await screen.stop()
  }
  try {
    const inspector = await debuggerAddress(child, () => output, /Debugger listening on (ws:\S+)/)
    const { host } = new URL(await debuggerAddress(child, () => output, /DevTools listening on (ws:\S+)/))
    page = await connectDevTools(await firstPage(host))
    const pages = async () => (await listPages(host)).map(({ url }) => url)
    return {
      page,
      pages,
      pid: child.pid!,
      async main(expression) {
        const main = await (inside ??= connectDevTools(inspector))
        return main.evaluate(`(async (electron) => (${expression}))(process.mainModule.require('electron'))`)
      },
      async reattach() {
        page!.close()
        return (page = await connectDevTools(await firstPage(host)))
      },
      output: () => output,
      ended,
      dispose,
    }
  } catch (error) {
    await dispose()
    throw new Error(`Electron did not come up:\n${output.slice(-4000)}`, { cause: error })
  }
}

interface Target {
  type: string
  title: string
  url: string
  webSocketDebuggerUrl: string
}

async function listPages(host: string): Promise<Target[]> {
  const targets = (await (await fetch(`http://${host}/json`)).json()) as Target[]
  return targets.filter(({ type }) => type === 'page')
}

/**
 * The debugger of the window's page once it has its title, which is until when its address stands there.
 * A debugger that comes earlier meets the change of process that the first page brings, and is never answered.
 */
async function firstPage(host: string): Promise<string> {
  for (const until = Date.now() + 30_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const page = (await listPages(host)).find(({ url, title }) => url.startsWith('app://') && title === 'Anneal')
    if (page) return page.webSocketDebuggerUrl
  }
  throw new Error('No page of ours was opened within 30 s')
}

/** Chromium and Node say on standard error where their debuggers listen. */
function debuggerAddress(child: ChildProcess, output: () => string, line: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const address = line.exec(output())?.[1]
      if (address) resolve(address)
    }
    child.stderr!.on('data', look)
    child.once('exit', (code) => reject(new Error(`Electron ended with ${code}`)))
    look()
  })
}
