import { describe, expect, it } from 'vitest'
import { exitReason, failureReason, tellingLine } from '../../src/core/jobs/exit-reason'

const ended = (exit: { code?: number; signal?: string; stderr?: string }, held: number | null = null) =>
  exitReason({ code: null, signal: null, stderr: '', ...exit }, { batchSize: 64, held })

const OUT_OF_MEMORY = `terminate called after throwing an instance of 'std::bad_alloc'
  what():  std::bad_alloc
`

const GPU_GONE = `W0000 00:00:1.2 77 gpu_device.cc:2] some warning
F0000 00:00:1.3 77 device_event_mgr.cc:223] Unexpected Event status: CUDA_ERROR_UNKNOWN: unknown error
*** Check failure stack trace: ***
    @     0x7f0c00000000  (unknown)
`

describe('why a trainer ended', () => {
  it.each<[string, Parameters<typeof ended>[0], RegExp]>([
    [
      'killed without a word',
      { signal: 'SIGKILL' },
      /killed \(signal SIGKILL\), most likely .*use a batchSize below 64/,
    ],
    ['killed below a shell', { code: 137, stderr: 'harmless warning' }, /^(?!.*harmless).*signal SIGKILL.*batchSize/],
    [
      'C++ out of memory',
      { signal: 'SIGABRT', stderr: OUT_OF_MEMORY },
      /SIGABRT\): .*bad_alloc.*memory: use a batchSize/,
    ],
    ['a GPU that fell off the bus', { signal: 'SIGABRT', stderr: GPU_GONE }, /CUDA_ERROR_UNKNOWN.*nvidia-smi/],
    [
      'an exit code',
      { code: 3, stderr: 'TensorFlow went away\n' },
      /^The trainer process ended \(exit code 3\): TensorFlow went away$/,
    ],
    ['nothing at all', {}, /^The trainer process ended \(it could not be started\)$/],
  ])('%s', (_name, exit, reason) => expect(ended(exit)).toMatch(reason))

  it('says how much memory it held where the system killed it', () => {
    expect(ended({ signal: 'SIGKILL' }, 21.3e9)).toContain('memory ran out (it held 21 GB)')
  })

  it('takes the line that tells, not the stack trace below it', () => {
    expect(tellingLine(GPU_GONE)).toMatch(/^F0000.*CUDA_ERROR_UNKNOWN/)
    expect(tellingLine('one\ntwo\n\n')).toBe('two')
    expect(tellingLine('')).toBeNull()
  })
})

describe('why a run failed', () => {
  it('is what the engine says, and what to do where the GPU is at fault', () => {
    const failed = (message: string) => failureReason({ code: 'engine.failed', message, details: {} })
    expect(failed('TensorFlow MatMul failed: CUDA_ERROR_ILLEGAL_ADDRESS')).toMatch(
      /ILLEGAL_ADDRESS\. The GPU .*nvidia-smi/,
    )
    expect(failed('TensorFlow MatMul failed: shapes')).toBe('TensorFlow MatMul failed: shapes')
    expect(failureReason({ code: 'dataset.missing', message: 'No file CUDA_ERROR_1', details: {} })).toBe(
      'No file CUDA_ERROR_1',
    )
  })
})
