// A trainer process that misbehaves as the run's name says. Real process, real pipe; only the training is missing.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'

let job = ''
const send = (message) => process.send({ v: 2, job, ...message })
const point = (step, loss) => ({
  track: 'update',
  metrics: ['train/loss', 'train/accuracy', 'lr', 'momentum', 'grad/norm', 'step/time'],
  n: 1,
  data: Float64Array.from([step, 1000 + step, loss, 0.5, 0.1, 0.9, 1, 2]),
})
const batch = (seq, steps) => send({ type: 'batch', seq, steps, frames: [point(steps - 1, 1 / steps)] })

const BEHAVIOUR = {
  crash: () => {
    batch(1, 1)
    process.on('message', (message) => {
      if (message.type !== 'ack') return
      process.stderr.write('TensorFlow went away\n', () => process.exit(3))
    })
  },
  'last words': () => {
    for (let seq = 1; seq <= 3; seq++) batch(seq, seq)
    setImmediate(() => process.disconnect())
  },
  // Says all at once, and ends when the last of it is acknowledged.
  steady: () => {
    for (let seq = 1; seq <= 5; seq++) batch(seq, seq)
    send({ type: 'end', seq: 6, end: { status: 'finished' } })
    const heard = []
    process.on('message', ({ type, seq }) => {
      if (type === 'ack') heard.push(seq)
      if (seq === 6) process.exit(heard.join() === '1,2,3,4,5,6' ? 0 : 9)
    })
  },
  'kill -9': () => {
    batch(1, 1)
    process.on('message', (message) => message.type === 'ack' && process.kill(process.pid, 'SIGKILL'))
  },
  // As TensorFlow ends where a check of its own fails.
  abort: () => {
    batch(1, 1)
    const said =
      'WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n' +
      'F0000 00:00:1795536722.185737 31997 tensor.cc:844] Check failed: dtype() == expected_dtype (1 vs. 3)\n' +
      '*** Check failure stack trace: ***\n    @     0x7f0c00000000  (unknown)\n'
    process.on('message', ({ type }) => type === 'ack' && process.stderr.write(said, () => process.abort()))
  },
  // Takes more and more memory until the system gives no more.
  greedy: () => {
    const { VmSize } = Object.fromEntries(
      readFileSync('/proc/self/status', 'utf8')
        .matchAll(/^(\w+):\s+(\d+) kB$/gm)
        .map(([, name, kB]) => [name, Number(kB)]),
    )
    execFileSync('prlimit', ['--pid', String(process.pid), `--as=${(VmSize + 200_000) * 1024}`])
    batch(1, 1)
    const kept = []
    process.on('message', ({ type }) => {
      // In large pieces: V8 collects garbage for up to 20 s before it gives up a heap full of small ones.
      while (type === 'ack') kept.push(new Array(2 ** 20).fill(0.5))
    })
  },
  loading: () => {
    send({ type: 'hello', pid: process.pid })
    send({ type: 'loading', what: 'dataset mnist' })
    process.on('message', ({ type }) => type === 'stop' && process.exit(0))
  },
  deaf: () => {
    process.on('SIGTERM', () => {})
    batch(1, 1)
    setInterval(() => send({ type: 'batch', seq: 2, steps: 1, frames: [] }), 20)
  },
  silent: () => setInterval(() => {}, 1000),
  garbage: () => send({ type: 'batch', seq: 1, steps: 1, frames: [{ ...point(0, 1), n: 7 }] }),
  'wrong version': () => process.send({ v: 99, job, type: 'hello', pid: 1 }),
  'other job': () => process.send({ v: 2, job: 'another', type: 'batch', seq: 1, steps: 1, frames: [point(0, 1)] }),
  error: () =>
    send({
      type: 'end',
      seq: 1,
      end: { status: 'failed', error: { code: 'dataset.missing', message: 'No such file: images', details: {} } },
    }),
}

process.on('message', (message) => {
  if (message.type !== 'start') return
  job = message.job
  BEHAVIOUR[message.spec.name]()
})
process.on('disconnect', () => process.exit(1))
