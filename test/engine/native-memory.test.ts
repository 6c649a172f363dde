import { describe, expect, it } from 'vitest'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { startNative } from '../../src/core/engine/backends/native/start-native'
import { train } from '../../src/core/engine/train/train'
import { NO_NATIVE, THREADS } from './native-library'

const WARM = 100
const STEPS = 600

describe.skipIf(NO_NATIVE)(`500 updates on TensorFlow ${NO_NATIVE}`, () => {
  it.each(['constant', 'one-cycle'] as const)('leave no tensor and take no memory (%s)', async (schedule) => {
    const { ops, runtime } = await startNative(THREADS)
    const before = ops.tensorCount()
    const spec = parseRunSpec({
      dataset: { kind: 'glyphs', train: 640, validation: 100 },
      model: {
        layers: [
          { kind: 'conv2d', filters: 8, kernel: 3, padding: 'same' },
          { kind: 'batch-norm' },
          { kind: 'relu' },
          { kind: 'max-pool' },
          { kind: 'flatten' },
        ],
      },
      schedule: schedule === 'constant' ? { kind: 'constant', lr: 0.01 } : { kind: 'one-cycle', maxLr: 0.05 },
      batchSize: 32,
      budget: { steps: STEPS },
      evaluate: { everySteps: 50 },
      clip: { norm: 1 },
      seed: 1,
      engine: 'native',
      threads: THREADS,
    })
    const live: number[] = []
    let resident = 0
    const result = await train(spec, {
      recorder: {
        record(track, step) {
          // At every tenth, the weights before the update are held a little longer: for the update ratio.
          if (track === 'update' && step >= WARM && step % 10 === 5) live.push(runtime.liveTensors)
          if (track === 'update' && step === WARM) resident = process.memoryUsage().rss
        },
      },
      loading: () => {},
      notice: () => {},
      ready: () => {},
      shouldStop: () => false,
      pause: async () => {},
    })
    expect(result).toEqual({ status: 'finished' })
    // A schedule's rates are kept for a while, as many as there is room for.
    expect(live.length).toBe((STEPS - WARM) / 10)
    expect(new Set(live)).toEqual(new Set([live[0]!]))
    expect(process.memoryUsage().rss / resident).toBeLessThan(1.05)
    // Model, optimizer and data are freed with the run.
    expect(ops.tensorCount()).toBe(before)
  })
})
