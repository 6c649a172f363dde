import { availableParallelism } from 'node:os'
import type { EngineInfo } from '../../core/domain/run'
import { nvidiaGpus } from '../../core/engine/backends/native/nvidia'
import { describeEngine } from '../../core/engine/backends/resolve'
import type { SelfTestResult } from '../../core/engine/backends/self-test'
import type { Check } from '../doctor-checks'
import { listEngines, type ListedEngine } from './list-engines'
import { runSelfTest } from './run-self-test'

export interface EngineReport {
  /** False where what runs would use does not work. */
  ok: boolean
  used: EngineInfo
  engines: ListedEngine[]
  cores: number
  gpus: string[]
  selfTest: SelfTestResult | { failure: string }
  checks: Check[]
}

/** Looks at everything that decides which engine trains, and has that engine compute. */
export async function doctorEngine(): Promise<EngineReport> {
  const [described, engines, selfTest] = await Promise.all([describeEngine('auto'), listEngines(), runSelfTest()])
  // Whoever has started it knows more than the record: its version, and whether the GPU answers.
  const used = 'failure' in selfTest ? described : selfTest.engine
  const gpus = nvidiaGpus().map(({ model }) => model)
  const cores = availableParallelism()
  const checks: Check[] = [
    { name: 'engine', status: used.whyNotFaster ? 'note' : 'ok', message: used.label, todo: used.whyNotFaster },
    ...engines.map(engineCheck),
    { name: 'machine', status: 'ok', message: machine(cores, gpus), todo: null },
    selfTestCheck(selfTest, used),
  ]
  return { ok: !('failure' in selfTest), used, engines, cores, gpus, selfTest, checks }
}

const engineCheck = ({ id, state, what }: ListedEngine): Check => ({
  name: state === 'available' ? 'missing' : 'found',
  status: state === 'unusable' ? 'broken' : state === 'available' ? 'note' : 'ok',
  message: `${id}: ${what}`,
  todo: null,
})

const machine = (cores: number, gpus: readonly string[]) =>
  `${cores} ${cores === 1 ? 'core' : 'cores'}, ${gpus.length ? gpus.join(', ') : 'no NVIDIA GPU with a loaded driver'}`

function selfTestCheck(result: EngineReport['selfTest'], { kind }: EngineInfo): Check {
  const name = 'self test'
  if ('failure' in result) {
    const todo =
      kind === 'native'
        ? 'Until it is mended, train with "engine": "wasm". Install it again: anneal engine remove, then anneal engine install'
        : 'In a checkout: npm ci'
    return { name, status: 'broken', message: result.failure, todo }
  }
  const devices = result.devices.length ? ` on ${result.devices.join(', ')}` : ''
  return {
    name,
    status: 'ok',
    message: `gradients exact${devices}; ready in ${Math.round(result.loadMs)} ms; a convolution with its gradients (64 images 28 × 28, 16 channels) takes ${result.convolutionMs.toPrecision(3)} ms`,
    todo: null,
  }
}
