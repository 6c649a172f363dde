import { readdirSync } from 'node:fs'
import { selfTest } from '../../../src/core/engine/backends/self-test'

/** Trains nothing, computes a little on TensorFlow: `native-child.ts THREADS [exit]`. Prints one JSON value. */
const threads = Number(process.argv[2])
const { engine, loadMs } = await selfTest('native', threads)
const running = process.platform === 'linux' ? readdirSync('/proc/self/task').length : 0
process.stdout.write(JSON.stringify({ engine, loadMs, running }))
if (process.argv[3] === 'exit') process.exit(0)
