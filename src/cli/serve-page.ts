import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Core } from '../core/create-core'
import { AppError } from '../core/domain/errors'
import { serve } from '../server/http'
import { onInterrupt } from './interrupt'

export interface ServedPage {
  /** What to open: address and token. */
  url: string
  address: string
  token: string
  close(): Promise<void>
}

/** The built page, beside the folder of this bundle, or in out/ where the source runs unbuilt; sources have no assets. */
export function rendererDir(): string | null {
  const candidates = ['../renderer', '../../renderer', '../../out/renderer']
  const folders = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url)))
  return folders.find((folder) => existsSync(join(folder, 'assets'))) ?? null
}

/**
 * Serves the page over a core and publishes the address, so that other commands attach to it.
 * @throws AppError `server.port` where the port is taken
 */
export async function servePage(
  core: Core,
  { port = 0, host = '127.0.0.1' }: { port?: number; host?: string } = {},
): Promise<ServedPage> {
  const folder = rendererDir()
  if (!folder) throw new AppError('internal', 'The page is not built', { hint: 'In a checkout: npm run build' })
  const token = randomBytes(32).toString('base64url')
  const server = await serve({ api: core.api, port, host, rendererDir: folder, token })
  core.announce(server.address, token)
  return { url: server.url, address: server.address, token, close: () => server.close() }
}

/** Resolves at the first Ctrl-C or SIGTERM; a second one ends the process at once. */
export const interrupted = (): Promise<void> => new Promise((resolve) => onInterrupt(resolve))
