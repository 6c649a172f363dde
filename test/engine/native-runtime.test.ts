import { availableParallelism } from 'node:os'
import { beforeAll, describe, expect, it } from 'vitest'
import { nvidiaGpus } from '../../src/core/engine/backends/native/nvidia'
import { type Attribute, DTYPE, type Runtime } from '../../src/core/engine/backends/native/runtime'
import { startNative } from '../../src/core/engine/backends/native/start-native'
import { describeEngine, resolveEngine } from '../../src/core/engine/backends/resolve'
import { selfTest } from '../../src/core/engine/backends/self-test'
import { NO_NATIVE, THREADS } from './native-library'

const FLOAT: Attribute = { type: 'type', name: 'T', value: DTYPE.float32 }
const MATMUL: Attribute[] = [
  FLOAT,
  { type: 'bool', name: 'transpose_a', value: false },
  { type: 'bool', name: 'transpose_b', value: false },
]

describe.skipIf(NO_NATIVE)(`TensorFlow ${NO_NATIVE}`, () => {
  let runtime: Runtime
  beforeAll(async () => {
    runtime = (await startNative(THREADS)).runtime
  })
  const matrix = (rows: number, columns: number) =>
    runtime.upload(new Float32Array(rows * columns).fill(1), [rows, columns], DTYPE.float32)

  it('is what auto takes, and describes itself as it is described before it is loaded', async () => {
    const { info } = await resolveEngine('auto', THREADS)
    expect(info).toMatchObject({ kind: 'native', threads: THREADS, version: runtime.version })
    expect(info.label).toMatch(/^TensorFlow 2\.\d+\.\d+, (CPU|GPU \(.+\)), 2 threads, oneDNN (on|off)$/)
    expect(typeof info.oneDnn).toBe('boolean')
    const described = await describeEngine('auto', THREADS)
    // A library of the user's own has no record: its version is known when it is loaded.
    const own = { version: expect.any(String), label: expect.any(String) }
    expect(described).toEqual(process.env.ANNEAL_LIBTENSORFLOW ? { ...info, ...own } : info)
    expect(described.label).toContain(`2 threads, oneDNN ${info.oneDnn ? 'on' : 'off'}`)
  })

  it('computes gradients that are known exactly', async () => {
    const result = await selfTest('native', THREADS)
    expect(result.devices).toContain('CPU:0')
    expect(result.convolutionMs).toBeGreaterThan(0)
  })

  it('uses a GPU only where there is one, and computes on the CPU where not', async () => {
    const types = runtime.devices.map(({ type }) => type)
    expect(types).toContain('CPU')
    if (!nvidiaGpus().length) expect(types).not.toContain('GPU')
  })

  it('takes its number of threads once a process', async () => {
    expect((await startNative(THREADS)).runtime).toBe(runtime)
    await expect(startNative(THREADS + 1)).rejects.toMatchObject({
      code: 'engine.unavailable',
      message: expect.stringContaining('2 threads'),
    })
    if (availableParallelism() !== THREADS) await expect(startNative()).rejects.toThrow(/threads/)
  })

  it('says which operation failed, with the shapes that went in and what TensorFlow says', () => {
    const [a, b] = [matrix(2, 3), matrix(4, 5)]
    expect(() => runtime.execute('MatMul', [a, b], MATMUL, 1)).toThrow(
      expect.objectContaining({
        code: 'engine.failed',
        message: expect.stringMatching(/MatMul of \[2, 3\] and \[4, 5\] failed: .*(size|incompatible|must)/i),
        details: expect.objectContaining({ field: 'MatMul', got: '[2, 3] and [4, 5]' }),
      }) as never,
    )
    // The next call is not harmed by the one before.
    const c = matrix(3, 2)
    const [product] = runtime.execute('MatMul', [a, c], MATMUL, 1)
    expect([...runtime.read(product!, new Float32Array(4))]).toEqual([3, 3, 3, 3])
    for (const handle of [a, b, c, product!]) runtime.delete(handle)
  })

  it('names an operation that it does not have', () => {
    expect(() => runtime.execute('NoSuchOp', [], [], 1)).toThrow(/NoSuchOp/)
  })

  it('says in words that memory does not suffice, and goes on', () => {
    const dims = runtime.upload(Int32Array.of(1 << 20, 1 << 20, 1 << 6), [3], DTYPE.int32)
    const value = runtime.upload(Float32Array.of(1), [], DTYPE.float32)
    const attributes: Attribute[] = [FLOAT, { type: 'type', name: 'index_type', value: DTYPE.int32 }]
    expect(() => runtime.execute('Fill', [dims, value], attributes, 1)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/Fill of \[3\] and \[\] failed: .*out of memory: use a smaller batchSize/s),
        details: expect.objectContaining({ reason: 'memory' }),
      }) as never,
    )
    for (const handle of [dims, value]) runtime.delete(handle)
    expect(runtime.read(matrix(1, 1), new Float32Array(1))[0]).toBe(1)
  })

  it('refuses to read a tensor into an array of another size', () => {
    const a = matrix(2, 3)
    expect(() => runtime.read(a, new Float32Array(5))).toThrow(/24 bytes.*20/)
    runtime.delete(a)
  })

  it.each([
    ['float32', Float32Array.of(1.5, NaN, -Infinity)],
    ['float64', Float64Array.of(1e-300, NaN, 2)],
    ['int32', Int32Array.of(-2147483648, 0, 2147483647)],
    ['uint8', Uint8Array.of(0, 1, 255)],
    ['int64', BigInt64Array.of(-(2n ** 63n), 0n, 2n ** 63n - 1n)],
  ] as const)('gives %s back as they came, in their shape', (dtype, values) => {
    const handle = runtime.upload(values, [3, 1], DTYPE[dtype])
    expect(runtime.shape(handle)).toEqual([3, 1])
    expect(runtime.dtype(handle)).toBe(DTYPE[dtype])
    expect(runtime.read(handle, values.slice())).toEqual(values)
    runtime.delete(handle)
  })

  it('holds empty tensors', () => {
    const handle = runtime.upload(new Float32Array(0), [0, 4], DTYPE.float32)
    expect(runtime.shape(handle)).toEqual([0, 4])
    expect(runtime.read(handle, new Float32Array(0))).toHaveLength(0)
    runtime.delete(handle)
  })
})
