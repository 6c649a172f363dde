import { findNativeBuild } from '../../src/core/engine/backends/native/locate'

/**
 * Why there is no TensorFlow to test with, empty where there is one (ANNEAL_LIBTENSORFLOW, or an installed engine).
 * For `describe.skipIf(NO_NATIVE)`, whose name should carry it: what is not tested is said aloud.
 */
export const NO_NATIVE: string = await findNativeBuild().then(
  () => '',
  (error: Error) => error.message,
)
if (NO_NATIVE) console.warn(`The tests on TensorFlow are skipped: ${NO_NATIVE}`)

/** One number of threads for all tests of a file: a process has one TensorFlow. */
export const THREADS = 2
