import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

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
  renderer: {
    root: at('src/renderer'),
    base: './',
    plugins: [vue()],
    build: {
      outDir: at('out/renderer'),
      emptyOutDir: true,
      sourcemap: false,
      // Not so by itself here: half as much to read before the first rows are drawn.
      minify: true,
      // Colours stay as they are written: pictures take them over from the page.
      cssMinify: false,
      // Nothing inlined as data: URLs that the content security policy would refuse.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: at('src/renderer/index.html') },
    },
  },
})
