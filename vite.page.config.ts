import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const at = (path: string) => resolve(import.meta.dirname, path)

/** The page: the window's renderer, and what `anneal serve` serves. */
export default defineConfig({
  root: at('src/renderer'),
  base: './',
  plugins: [vue()],
  build: {
    outDir: at('out/renderer'),
    emptyOutDir: true,
    sourcemap: false,
    // electron-vite does not by itself: half as much to read before the first rows are drawn.
    minify: true,
    // Colours stay as they are written: pictures take them over from the page.
    cssMinify: false,
    // Nothing inlined as data: URLs that the content security policy would refuse.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: at('src/renderer/index.html') },
  },
})
