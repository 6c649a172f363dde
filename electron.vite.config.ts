import { resolve } from 'node:path'
import { defineConfig } from 'electron-vite'
import page from './vite.page.config'

const at = (path: string) => resolve(import.meta.dirname, path)

/** The window's three bundles; the renderer is the page that `anneal serve` serves too. */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      sourcemap: false,
      // The domain's own rules come with the bundle, so that main needs no module beside it.
      externalizeDeps: { exclude: ['valibot'] },
      rollupOptions: { input: at('src/main/index.ts') },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      sourcemap: false,
      // A sandboxed preload has no ESM and no require beyond electron.
      rollupOptions: { input: at('src/preload/index.ts'), output: { format: 'cjs', entryFileNames: 'index.cjs' } },
    },
  },
  renderer: page,
})
