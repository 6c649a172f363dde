import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'
import { AppError } from '../../domain/errors'
import type { KernelHost } from '../ops/portable/memory'

type Tfjs = typeof import('@tensorflow/tfjs-core')
type TfjsWasm = typeof import('@tensorflow/tfjs-backend-wasm')

// TensorFlow.js in Node is CommonJS; a require at run time also keeps its half second out of processes that do not train.
const require = createRequire(import.meta.url)

export type PortableKind = 'wasm' | 'cpu'

export const PACKAGES: Record<PortableKind, string> = {
  wasm: '@tensorflow/tfjs-backend-wasm',
  cpu: '@tensorflow/tfjs-backend-cpu',
}

/** Where a backend's package lies. @throws if it is not installed */
export const packageFile = (kind: PortableKind): string => require.resolve(PACKAGES[kind])

export const tfjsVersion = (): string => (require('@tensorflow/tfjs-core/package.json') as { version: string }).version

/**
 * Loads and starts one TensorFlow.js backend.
 * @throws AppError `engine.unavailable` where it is not installed or does not start
 */
export async function startTfjs(kind: PortableKind): Promise<KernelHost> {
  try {
    const tf = require('@tensorflow/tfjs-core') as Tfjs
    // Keeps TensorFlow.js's advertisement for another package off standard error.
    tf.enableProdMode()
    await withoutProcessHandlers(async () => {
      const backend = require(PACKAGES[kind]) as TfjsWasm
      if (kind === 'wasm') backend.setWasmPaths(`${dirname(packageFile('wasm'))}/`)
      if (!(await tf.setBackend(kind))) throw new Error(`TensorFlow.js could not start its backend ${kind}`)
    })
    return host(tf, kind)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause)
    throw new AppError(
      'engine.unavailable',
      `The ${kind} engine cannot start: ${reason}. Reinstall it with npm ci`,
      { field: 'engine', got: kind },
      { cause },
    )
  }
}

/** Emscripten installs handlers that rethrow every stray error of the process; those are not its business. */
async function withoutProcessHandlers(work: () => Promise<void>): Promise<void> {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = events.map((event) => new Set(process.listeners(event as 'uncaughtException')))
  try {
    await work()
  } finally {
    events.forEach((event, i) => {
      for (const listener of process.listeners(event as 'uncaughtException'))
        if (!before[i]!.has(listener)) process.off(event, listener)
    })
  }
}

/** The parts of the two backends that give values without a copy; not in tfjs's common interface. */
interface WasmBackend extends KernelBackend {
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo
  typedArrayFromHeap(info: TensorInfo): Float32Array
  dataIdMap: { get(id: object): { memoryOffset: number } }
}
interface CpuBackend extends KernelBackend {
  makeTensorInfo(shape: number[], dtype: 'float32', values: Float32Array): TensorInfo
  data: { get(id: object): { values: Float32Array } }
}

function host(tf: Tfjs, kind: PortableKind): KernelHost {
  const backend = tf.engine().findBackend(kind)
  const kernels = new Map<string, ReturnType<KernelHost['kernel']>>()
  const kernel: KernelHost['kernel'] = (name) => {
    let found = kernels.get(name)
    if (!found) {
      const config = tf.getKernel(name, kind)
      if (!config) throw new AppError('engine.failed', `TensorFlow.js has no ${name} on ${kind}`)
      kernels.set(name, (found = config.kernelFunc as unknown as ReturnType<KernelHost['kernel']>))
    }
    return found
  }
  if (kind === 'cpu') {
    const cpu = backend as CpuBackend
    return {
      backend,
      kernel,
      allocate: (shape) =>
        cpu.makeTensorInfo(shape, 'float32', new Float32Array(shape.reduce((n, size) => n * size, 1))),
      view: (info) => cpu.data.get(info.dataId).values,
      holds: () => true,
    }
  }
  const wasm = backend as WasmBackend
  return {
    backend,
    kernel,
    allocate: (shape) => wasm.makeOutput(shape, 'float32'),
    view: (info) => wasm.typedArrayFromHeap(info),
    // A failed malloc gives address 0, and kernels would write there.
    holds: (info) => wasm.dataIdMap.get(info.dataId).memoryOffset !== 0,
  }
}
