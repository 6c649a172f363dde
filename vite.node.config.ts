import { resolve } from 'node:path'
import { defineConfig } from 'vite'
import pkg from './package.json' with { type: 'json' }

const entry = (path: string) => resolve(import.meta.dirname, 'src', path)

/** The core and its shells for plain Node: out/node/{cli,trainer,core-process}.js. */
export default defineConfig({
  define: { __ANNEAL_VERSION__: JSON.stringify(pkg.version) },
  build: {
    ssr: true,
    target: 'node24',
    outDir: 'out/node',
    emptyOutDir: true,
    minify: false,
    rollupOptions: {
      input: {
        cli: entry('cli/main.ts'),
        trainer: entry('core/jobs/trainer-main.ts'),
        'core-process': entry('core/core-process.ts'),
      },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
})
