import { readdirSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { defineConfig } from 'vite'
import pkg from './package.json' with { type: 'json' }

const folder = resolve(import.meta.dirname, 'bench')
const files = readdirSync(folder).filter((name) => name.endsWith('.ts'))

/** Each bench/NAME.ts as out/bench/NAME.js; every one exports run(). */
export default defineConfig({
  define: { __ANNEAL_VERSION__: JSON.stringify(pkg.version) },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out/bench',
    emptyOutDir: true,
    minify: false,
    rollupOptions: {
      input: Object.fromEntries(files.map((name) => [basename(name, '.ts'), resolve(folder, name)])),
      preserveEntrySignatures: 'exports-only',
    },
  },
})
