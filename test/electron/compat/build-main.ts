import { join } from 'node:path'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const COMPAT = join(import.meta.dirname, 'electron.ts')

/** Bundles the window's own source for Electron 22: CommonJS, `electron` replaced by compat/electron.ts. Returns the file. */
export async function buildMain(outDir: string): Promise<string> {
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    build: {
      ssr: join(ROOT, 'src/main/index.ts'),
      target: 'node16',
      outDir,
      emptyOutDir: true,
      minify: false,
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'main.cjs' } },
    },
    ssr: { noExternal: true, external: ['electron'] },
    plugins: [
      {
        name: 'electron-22',
        enforce: 'pre',
        resolveId: (source, importer) =>
          source !== 'electron' ? null : importer === COMPAT ? { id: 'electron', external: true } : COMPAT,
      },
    ],
  })
  return join(outDir, 'main.cjs')
}
