import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  test: {
    // What measures the window runs by the tests' own means, and only when it is asked for.
    include: process.env.ANNEAL_MEASURE ? ['bench/**/*.measure.ts'] : ['test/**/*.test.ts'],
    exclude: ['test/fixtures/**'],
    // Trainers, browsers and databases are real: give a loaded two-core machine room, fail only on what hangs.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: 'forks',
  },
})
