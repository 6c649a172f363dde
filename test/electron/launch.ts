import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { startScreen } from './xvfb'

export const ROOT = join(import.meta.dirname, '..', '..')
export const SHIM = join(import.meta.dirname, 'compat', 'child.mjs')

const onPath = (name: string) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, name)))

/** Why there is no screen for a window here; null where there is. */
export const whyNoScreen = (): string | null => (onPath('Xvfb') ? null : 'Xvfb is not installed: apt-get install xvfb')

export interface ElectronApp {
  page: Page
  /** Addresses of all requests that the page made since it was opened. */
  requests: string[]
  /** Everything that the process printed. */
  output(): string
  /** Ends the window as a user does and resolves with the exit code. */
  quit(): Promise<number | null>
  /** For after a test: ends whatever is left. */
  dispose(): Promise<void>
}

interface Options {
  electron: string
  main: string
  /** Workspace folder. */
  data: string
  /** Where Chromium writes what its network service did. */
  netLog?: string
}

/** Starts the window on a screen of its own, as a user would, with a debugging port for the test. */
export async function launch({ electron, main, data, netLog }: Options): Promise<ElectronApp> {
  const screen = await startScreen()
  const args = ['--no-sandbox', '--disable-gpu', '--remote-debugging-port=0', '--data', data]
  if (netLog) args.push(`--log-net-log=${netLog}`)
  const child = spawn(electron, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DISPLAY: screen.display,
      ANNEAL_ELECTRON_APP: ROOT,
      ANNEAL_ELECTRON_MAIN: main,
      ANNEAL_TEST_NODE: process.execPath,
      ANNEAL_TEST_SHIM: SHIM,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  let browser: Browser | null = null
  const dispose = async () => {
    await browser?.close().catch(() => {})
    child.kill('SIGKILL')
    await ended
    screen.stop()
  }
  try {
    browser = await chromium.connectOverCDP(await debuggerAddress(child, () => output), { noDefaults: true })
    const context = browser.contexts()[0]!
    const page = context.pages()[0] ?? (await context.waitForEvent('page'))
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    const quit = async () => {
      await page.evaluate('window.close()').catch(() => {})
      return ended
    }
    return { page, requests, output: () => output, quit, dispose }
  } catch (error) {
    await dispose()
    throw new Error(`Electron did not come up:\n${output.slice(-4000)}`, { cause: error })
  }
}

/** Chromium says on standard error where its debugger listens. */
function debuggerAddress(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const address = /DevTools listening on (ws:\S+)/.exec(output())?.[1]
      if (address) resolve(address)
    }
    child.stderr!.on('data', look)
    child.once('exit', (code) => reject(new Error(`Electron ended with ${code}`)))
    look()
  })
}
