import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Core, createCore } from '../../src/core/create-core'
import type { Launcher } from '../../src/core/jobs/launcher'
import { serve } from '../../src/server/http'
import { builtPage } from './builds'

export const TOKEN = 'test-token-'.padEnd(43, 'x')

export interface ServedCore {
  core: Core
  /** Address with the token; `at` adds a place in the page. */
  url: string
  address: string
  /** Ends the server alone, and starts it again where it was: the core and its runs go on. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** The real core over a real workspace in a fresh folder, behind the real server with the built page. */
export async function serveCore(options: { launcher?: Launcher; parallel?: number } = {}): Promise<ServedCore> {
  const rendererDir = await builtPage()
  const dir = mkdtempSync(join(tmpdir(), 'anneal-page-'))
  const core = await createCore({ dir, kind: 'serve', parallel: 1, ...options })
  const listen = (port: number) => serve({ api: core.api, port, rendererDir, token: TOKEN })
  let server = await listen(0)
  const { port } = new URL(server.address)
  return {
    core,
    url: server.url,
    address: server.address,
    stop: () => server.close(),
    start: async () => void (server = await listen(Number(port))),
    async close() {
      await server.close()
      await core.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
