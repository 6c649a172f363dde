import { startNative } from '../../src/core/engine/backends/native/start-native'
import type { Ops } from '../../src/core/engine/ops/ops'
import { ENGINES } from './engines'
import { NO_NATIVE, THREADS } from './native-library'

/** The operations of every engine that is here, by its kind: TensorFlow's only where it is installed. */
export const OPS: Record<string, Ops> = {
  wasm: ENGINES.wasm.ops,
  cpu: ENGINES.cpu.ops,
  ...(NO_NATIVE ? {} : { native: (await startNative(THREADS)).ops }),
}
