import type { EngineInfo } from './run'
import { type ModelSpec, type Preset, PRESET_LAYERS } from './spec/models'

/**
 * Weights of dense layers from which a second thread pays. Measured on two cores with TensorFlow 2.21, batch 64, time of
 * an update on one thread over that on two: 0.66 at 100 000 weights, 1.0 at 400 000 to 670 000, 1.2 at 800 000 and more,
 * for a third more processor time.
 */
const LARGE_DENSE = 500_000

/**
 * Most threads that a run takes by itself. On small images the second one gave 1.3 times the speed; more were not
 * measured, and cores that are left can train another run.
 */
const MOST_THREADS = 4

/** Most runs at a time by default: each takes about half a gigabyte and a share of the disk's attention. */
const MOST_RUNS = 4

type Where = Pick<EngineInfo, 'kind' | 'device'>

const layersOf = (model: ModelSpec) => ('preset' in model ? PRESET_LAYERS[model.preset] : model.layers)

/** Weights of a model's dense layers, each taken to get the outputs of the dense layer before it. */
function denseWeights(model: ModelSpec, inputs: number): number {
  let width = inputs
  let weights = 0
  for (const layer of layersOf(model)) {
    if (layer.kind !== 'dense') continue
    weights += width * layer.units
    width = layer.units
  }
  return weights
}

/**
 * Threads that a run takes inside an operation where its spec does not say: one for small dense networks, which two
 * make slower, more for convolutions and large dense layers. TensorFlow on the CPU alone can choose; the other engines
 * have one thread. The number decides the last bits of the results and does not depend on what else is running.
 *
 * @param inputs numbers in one sample
 */
export function threadsFor(
  { kind }: Where,
  { model, inputs, cores }: { model: ModelSpec; inputs: number; cores: number },
): number {
  if (kind !== 'native') return 1
  const convolves = layersOf(model).some((layer) => layer.kind.includes('conv2d'))
  const pays = convolves || denseWeights(model, inputs) >= LARGE_DENSE
  return pays ? Math.max(1, Math.min(MOST_THREADS, cores)) : 1
}

/**
 * Runs that train at the same time where nobody says how many: one on a GPU, whose memory they would share; as many as
 * have their threads on TensorFlow's CPU build; one a core on the one-threaded engines, with a core left for the page.
 */
export function parallelFor({ kind, device }: Where, cores: number): number {
  if (device === 'gpu') return 1
  const fit = kind === 'native' ? Math.floor(cores / MOST_THREADS) : cores - 1
  return Math.max(1, Math.min(MOST_RUNS, fit))
}

const countOf = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`

/** The defaults of a machine in one line: "1 run at a time; 1 thread for small dense networks, 2 for larger ones and convolutions". */
export function describeTraining(engine: Where, cores: number, parallel = parallelFor(engine, cores)): string {
  const of = (preset: Preset) => threadsFor(engine, { model: { preset }, inputs: 1, cores })
  const [dense, convolutions] = [of('mlp'), of('cnn-small')]
  const runs = `${countOf(parallel, 'run')} at a time`
  if (dense === convolutions) return `${runs}, ${countOf(dense, 'thread')} each`
  return `${runs}; ${countOf(dense, 'thread')} for small dense networks, ${convolutions} for larger ones and convolutions`
}
