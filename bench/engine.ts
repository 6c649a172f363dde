import type { RunSpecInput } from '../src/core/domain/spec/run-spec'
import { NO_TENSORFLOW } from './peers/native'
import { median, table } from './measure'
import { type AnnealTask, serveAnneal } from './peers/anneal-peer'
import { differencesFromTorch, type LossesTask, serveLosses } from './peers/losses'
import { writeMnist } from './peers/mnist'
import { nodePeer, type Peer, pythonPeer, rounds, type Timing } from './peers/peer'
import { benchPython } from './peers/python'
import { serveTfjs, type TfjsTask } from './peers/tfjs-peer'

const ROUNDS = 11
const THREADS = 2
const MODELS = ['mlp', 'cnn-small'] as const
type Model = (typeof MODELS)[number]
type Optimizer = 'sgd' | 'adam'

/** Updates in a round: long enough for the clock, short enough for many turns. */
const STEPS: Record<Model, number> = { mlp: 200, 'cnn-small': 30 }

const TARGETS: Record<Model, Record<string, number>> = {
  mlp: { Keras: 0.6, PyTorch: 1.5, 'stock TensorFlow.js': 0.25 },
  'cnn-small': { Keras: 1.1, PyTorch: 1.0, 'stock TensorFlow.js': 0.3 },
}

type Task = AnnealTask | TfjsTask | LossesTask

/** What a process of this benchmark does, see nodePeer. */
export function work(task: Task): Promise<void> {
  if (task.kind === 'tfjs') return serveTfjs(task)
  if (task.kind === 'losses') return serveLosses(task)
  return serveAnneal(task)
}

const specOf = (model: Model, optimizer: Optimizer, engine: 'native' | 'wasm' = 'native'): RunSpecInput => ({
  dataset: { kind: 'mnist' },
  model: { preset: model },
  optimizer: { kind: optimizer },
  schedule: { kind: 'constant', lr: optimizer === 'sgd' ? 0.01 : 0.001 },
  batchSize: 64,
  budget: { steps: 1 },
  checkpoint: null,
  seed: 1,
  engine,
  threads: THREADS,
})
const bare = { gradientNorm: false, updateRatioEvery: 0 }

const anneal = (name: string, spec: RunSpecInput, record: AnnealTask['record'] = 'all') =>
  nodePeer(name, { kind: 'anneal', spec, record } satisfies Task)

const ms = (value: number) => value.toFixed(value < 10 ? 2 : 1)
const ratioOf = (a: Timing[], b: Timing[], of: keyof Timing = 'wall') =>
  median(a.map((timing, round) => timing[of] / b[round]![of]))

/**
 * The figures of the engine, each against what its users would otherwise take; read the ratios.
 * @param only one of the parts, for a console
 */
export async function run(only?: keyof typeof PARTS): Promise<void> {
  const missing = await NO_TENSORFLOW()
  if (missing) return console.log(`There is nothing to measure: ${missing}`)
  const python = benchPython()
  const mnist = await writeMnist()
  for (const [name, part] of Object.entries(PARTS)) if (!only || only === name) await part(python, mnist)
}

type Part = (python: string | null, mnist: string) => Promise<void>

const PARTS = {
  async steps(python: string | null, mnist: string) {
    for (const model of MODELS)
      for (const optimizer of ['sgd', 'adam'] as const) await steps(python, mnist, model, optimizer)
  },
  recording,
  wasm,
  epochs,
  losses,
  memory,
} satisfies Record<string, Part>

/** Starts peers, measures and ends them, whatever comes. */
async function withPeers<T>(starting: Promise<Peer>[], measure: (peers: Peer[]) => Promise<T>): Promise<T> {
  const peers = await Promise.all(starting)
  try {
    return await measure(peers)
  } finally {
    for (const peer of peers) peer.close()
  }
}

/** Rounds of n updates of all peers in turn, after a warm-up; the first is compared with the others. */
async function compare(starting: Promise<Peer>[], updates: number, targets: Record<string, number>): Promise<void> {
  await withPeers(starting, async (peers) => {
    for (const peer of peers) await peer.ask({ steps: Math.ceil(updates / 2) })
    const timings = await rounds<Timing>(peers, ROUNDS, { steps: updates })
    printTimings(peers, timings, updates, targets)
  })
}

function printTimings(peers: Peer[], timings: Timing[][], updates: number, targets: Record<string, number>): void {
  const ours = timings[0]!
  const share = (name: string, value: number) => {
    const target = targets[name]
    return target === undefined ? ms(value) : `${value.toFixed(2)} (target ${target})`
  }
  table([
    ['', 'ms', 'least', 'processor ms', 'Anneal / it', 'in processor time'],
    ...peers.map(({ name }, i) => {
      const theirs = timings[i]!
      const wall = theirs.map((timing) => timing.wall / updates)
      const cpu = theirs.map((timing) => timing.cpu / updates)
      const ratios = i ? [share(name, ratioOf(ours, theirs)), ratioOf(ours, theirs, 'cpu').toFixed(2)] : ['', '']
      return [name, ms(median(wall)), ms(Math.min(...wall)), ms(median(cpu)), ...ratios]
    }),
  ])
}

async function steps(python: string | null, mnist: string, model: Model, optimizer: Optimizer): Promise<void> {
  console.log(
    `\nA step of ${model} with ${optimizer} on MNIST, batch 64, ${THREADS} threads, all recorded; ${ROUNDS} rounds of ${STEPS[model]} in turn`,
  )
  const args = [mnist, model, optimizer, String(THREADS)]
  const peers = [anneal('Anneal', specOf(model, optimizer))]
  if (python) peers.push(pythonPeer('Keras', python, 'keras_peer.py', args))
  if (python) peers.push(pythonPeer('PyTorch', python, 'torch_peer.py', args))
  peers.push(nodePeer('stock TensorFlow.js', { kind: 'tfjs', model, optimizer, threads: THREADS } satisfies Task))
  await compare(peers, STEPS[model], TARGETS[model])
}

async function recording(): Promise<void> {
  for (const model of MODELS) {
    console.log(`\nA step of ${model}: all recorded and sent, against nothing`)
    const spec = specOf(model, 'sgd')
    const peers = [anneal('all', spec), anneal('nothing', { ...spec, record: bare }, 'nothing')]
    await compare(peers, STEPS[model], model === 'mlp' ? {} : { nothing: 1.05 })
  }
}

async function wasm(): Promise<void> {
  console.log('\nA step of cnn-small on WebAssembly against TensorFlow (target: 8 at most)')
  const peers = [anneal('wasm', specOf('cnn-small', 'sgd', 'wasm')), anneal('native', specOf('cnn-small', 'sgd'))]
  await compare(peers, 20, { native: 8 })
}

async function epochs(python: string | null, mnist: string): Promise<void> {
  if (!python) return
  for (const model of MODELS) {
    console.log(`\nAn epoch of MNIST with ${model}, from reading the data to the evaluation; ${ROUNDS} rounds`)
    const peers = [
      anneal('Anneal', specOf(model, 'sgd')),
      pythonPeer('Keras', python, 'keras_peer.py', [mnist, model, 'sgd', String(THREADS)]),
    ]
    await withPeers(peers, async (started) => {
      await rounds(started, 1, { epoch: 1 })
      printTimings(started, await rounds<Timing>(started, ROUNDS, { epoch: 1 }), 1, { Keras: 1.15 })
    })
  }
}

async function losses(python: string | null, mnist: string): Promise<void> {
  if (!python) return
  console.log('\nLosses of 50 updates against PyTorch, same weights and batches; largest relative difference')
  const rows: string[][] = [['', 'to PyTorch', 'to its float64', 'its own', 'target']]
  for (const model of MODELS)
    for (const { name, spec } of LOSS_OPTIMIZERS) {
      const lr = spec.kind === 'sgd' ? 0.01 : 0.001
      const ours = (folder: string) => {
        const task: Task = { kind: 'losses', spec: { ...specOf(model, 'sgd'), optimizer: spec }, lr, folder }
        return withPeers([nodePeer('Anneal', task)], async ([peer]) => {
          return (await peer!.ask<{ losses: number[] }>({ losses: 1 })).losses
        })
      }
      const differences = await differencesFromTorch(python, mnist, model, name, THREADS, ours)
      const { toFloat32, toFloat64, ofTorch } = differences
      const values = [toFloat32, toFloat64, ofTorch].map((value) => value.toExponential(1))
      rows.push([`${model} ${name}`, ...values, model === 'mlp' ? '1e-4' : '2e-3'])
    }
  table(rows)
}

const LOSS_OPTIMIZERS = [
  { name: 'sgd', spec: { kind: 'sgd' } },
  { name: 'nesterov', spec: { kind: 'sgd', nesterov: true } },
  { name: 'adam', spec: { kind: 'adam' } },
  { name: 'adamw', spec: { kind: 'adamw' } },
] as const

async function memory(): Promise<void> {
  console.log(
    '\nMemory over 5000 updates of cnn-small with Adam, all recorded (target: at most 5 % more after the first 500)',
  )
  await withPeers([anneal('Anneal', specOf('cnn-small', 'adam'))], async ([peer]) => {
    const rows: (string | number)[][] = [['updates', 'resident MiB', 'tensors']]
    let done = 0
    let first = 0
    for (const until of [500, 1000, 2000, 3000, 4000, 5000]) {
      await peer!.ask({ steps: until - done })
      done = until
      const { rss, tensors } = await peer!.ask<{ rss: number; tensors: number }>({ memory: 1 })
      first ||= rss
      rows.push([until, (rss / 2 ** 20).toFixed(0), tensors])
      if (until === 5000) rows.push(['5000 / 500', (rss / first).toFixed(3), ''])
    }
    table(rows)
  })
}
