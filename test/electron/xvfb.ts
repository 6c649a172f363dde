import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** A screen that nobody sees, on the first free display number. */
export async function startScreen(): Promise<{ display: string; stop(): Promise<void> }> {
  const server: ChildProcess = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const lines = createInterface(server.stdio[3] as Readable)
  const number = await new Promise<string>((resolve, reject) => {
    lines.once('line', resolve)
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)))
  })
  lines.close()
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const stop = () => {
    server.kill()
    return ended
  }
  return { display: `:${number}`, stop }
}
