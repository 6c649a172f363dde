// A trainer process that misbehaves as the run's name says. Real process, real pipe; only the training is missing.
import process from 'node:process'

let job = ''
const send = (message) => process.send({ v: 1, job, ...message })
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
  'kill -9': () => {
    batch(1, 1)
    process.on('message', (message) => message.type === 'ack' && process.kill(process.pid, 'SIGKILL'))
  },
  deaf: () => {
    process.on('SIGTERM', () => {})
    batch(1, 1)
    setInterval(() => send({ type: 'batch', seq: 2, steps: 1, frames: [] }), 20)
  },
  silent: () => setInterval(() => {}, 1000),
  garbage: () => send({ type: 'batch', seq: 1, steps: 1, frames: [{ ...point(0, 1), n: 7 }] }),
  'wrong version': () => process.send({ v: 99, job, type: 'hello', pid: 1 }),
  'other job': () => process.send({ v: 1, job: 'another', type: 'batch', seq: 1, steps: 1, frames: [point(0, 1)] }),
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
