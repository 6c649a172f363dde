import { AppError } from '../../domain/errors'
import type { EngineInfo } from '../../domain/run'
import type { RunSpec } from '../../domain/spec/run-spec'
import { windowGeometry } from '../ops/geometry'
import type { Ops } from '../ops/ops'
import { resolveEngine } from './resolve'

export interface SelfTestResult {
  engine: EngineInfo
  /** What TensorFlow computes on: "CPU:0", "GPU:0"; empty on the portable engines. */
  devices: string[]
  /** From nothing to the first result. */
  loadMs: number
  /** A convolution of 64 images (28 × 28 × 16 to 16 channels) with both of its gradients; median. */
  convolutionMs: number
}

/** Long enough for a median, short enough to wait for. */
const MEASURE_MS = 500

/**
 * Starts an engine and has it compute gradients that are known exactly, then measures it.
 * @throws AppError engine.unavailable, or engine.failed where a gradient is wrong
 */
export async function selfTest(choice: RunSpec['engine'], threads?: number): Promise<SelfTestResult> {
  const before = performance.now()
  const { ops, info } = await resolveEngine(choice, threads)
  for (const { name, actual, expected } of [softmaxGradient(ops), filterGradient(ops)])
    if (!expected.every((value, i) => actual[i] === value))
      throw new AppError('engine.failed', `${info.label} computes a wrong gradient of ${name}`, {
        got: String(actual),
        allowed: String(expected),
      })
  const loadMs = performance.now() - before
  return { engine: info, devices: await devicesOf(info, threads), loadMs, convolutionMs: measureConvolution(ops) }
}

/** Cross-entropy of equal outputs: (1/classes − [label]) / batch, exact in binary. */
function softmaxGradient(ops: Ops) {
  const actual = ops.scope(() => {
    const outputs = ops.upload(new Float32Array(8), [2, 4])
    return ops.download(ops.crossEntropy(outputs, ops.uploadLabels(Int32Array.of(0, 3)), true).gradient!)
  })
  return { name: 'softmax', actual, expected: [-0.375, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, -0.375] }
}

/** Filter of 3 × 3 over 4 × 4 ones, same: how many cells of the image each cell of the filter meets. */
function filterGradient(ops: Ops) {
  const geometry = windowGeometry([4, 4, 1], 3, 1, 'same')!
  const actual = ops.scope(() => {
    const ones = ops.upload(new Float32Array(16).fill(1), [1, 4, 4, 1])
    return ops.download(ops.conv2dFilterGradient(ones, ones, geometry))
  })
  return { name: 'a convolution', actual, expected: [9, 12, 9, 12, 16, 12, 9, 12, 9] }
}

function measureConvolution(ops: Ops): number {
  const geometry = windowGeometry([28, 28, 16], 3, 1, 'same')!
  const ramp = (n: number) => Float32Array.from({ length: n }, (_, i) => (i % 7) / 7)
  return ops.scope(() => {
    const x = ops.upload(ramp(64 * 28 * 28 * 16), [64, 28, 28, 16])
    const filter = ops.upload(ramp(3 * 3 * 16 * 16), [3, 3, 16, 16])
    const times: number[] = []
    const started = performance.now()
    do {
      const before = performance.now()
      ops.scope(() => {
        const y = ops.conv2d(x, filter, geometry)
        const gradients = [ops.conv2dInputGradient(y, filter, geometry), ops.conv2dFilterGradient(y, x, geometry)]
        // One number is read at the end: a GPU would not have finished otherwise.
        ops.sumOfSquares(gradients)
      })
      times.push(performance.now() - before)
    } while (performance.now() - started < MEASURE_MS)
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!
  })
}

async function devicesOf(info: EngineInfo, threads: number | undefined): Promise<string[]> {
  if (info.kind !== 'native') return []
  const { runtime } = await (await import('./native/start-native')).startNative(threads)
  // "/job:localhost/replica:0/task:0/device:GPU:0"
  return runtime.devices.map(({ name }) => name.split('device:').at(-1)!)
}
