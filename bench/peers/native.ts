import { describeEngine } from '../../src/core/engine/backends/resolve'

/** Why TensorFlow cannot be measured here; null where it can. */
export const NO_TENSORFLOW = (): Promise<string | null> =>
  describeEngine('native').then(
    () => null,
    (error: Error) => error.message,
  )
