import { createServer } from 'node:http'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join, resolve, sep } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { build } from 'vite'

/** The policy of the real page: nothing inline, nothing from elsewhere. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'"

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
}

export interface Served {
  url: string
  close(): Promise<void>
}

/** Builds a page of the tests as the real one is built, and serves it under the strict policy on a free port. */
export async function servePage(root: string): Promise<Served> {
  const out = await mkdtemp(join(tmpdir(), 'anneal-page-'))
  await build({
    configFile: false,
    root,
    base: './',
    plugins: [vue()],
    logLevel: 'error',
    build: { outDir: out, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, minify: false },
  })
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const file = resolve(out, `.${path === '/' ? '/index.html' : path}`)
    if (!file.startsWith(out + sep)) return void response.writeHead(403).end()
    readFile(file).then(
      (bytes) =>
        response
          .writeHead(200, {
            'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
            'Content-Security-Policy': CSP,
          })
          .end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/`,
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      await rm(out, { recursive: true, force: true })
    },
  }
}

export { launchChromium, openPage } from '../browser'
