import { AppError } from '../../domain/errors'
import type { EngineInfo } from '../../domain/run'
import type { RunSpec } from '../../domain/spec/run-spec'
import type { Ops } from '../ops/ops'
import { createPortableOps } from '../ops/portable/create-portable-ops'
import { describeNative } from './native/describe-native'
import { packageFile, type PortableKind, startTfjs, tfjsVersion } from './tfjs'

export interface Engine {
  ops: Ops
  info: EngineInfo
}

type Kind = EngineInfo['kind']

/** All of them, the fastest first. */
const KINDS: readonly Kind[] = ['native', 'wasm', 'cpu']

const portableInfo = (kind: PortableKind): EngineInfo => {
  const version = tfjsVersion()
  const label = kind === 'wasm' ? 'wasm (SIMD)' : 'pure JavaScript'
  return { kind, label: `${label}, TensorFlow.js ${version}`, version, threads: 1, whyNotFaster: null }
}

async function start(kind: Kind, threads: number | undefined): Promise<Engine> {
  if (kind !== 'native') return { ops: createPortableOps(await startTfjs(kind)), info: portableInfo(kind) }
  // Only now: whoever does not train natively need not load the foreign function interface.
  return (await import('./native/start-native')).startNative(threads)
}

async function describe(kind: Kind, threads: number | undefined): Promise<EngineInfo> {
  if (kind === 'native') return describeNative(threads)
  try {
    packageFile(kind)
  } catch {
    throw new AppError('engine.unavailable', `The ${kind} engine is not installed: run npm ci`, { got: kind })
  }
  return portableInfo(kind)
}

/** The best engine that a choice allows and that an attempt gives; those before it say why it is not them. */
async function best<T>(
  choice: RunSpec['engine'],
  attempt: (kind: Kind) => Promise<T>,
): Promise<{ found: T; whyNot: string | null }> {
  const failures: AppError[] = []
  for (const kind of choice === 'auto' ? KINDS : [choice]) {
    try {
      const found = await attempt(kind)
      if (choice === 'wasm' || choice === 'cpu') return { found, whyNot: `The run asks for the engine ${choice}` }
      return { found, whyNot: failures.length ? failures.map(({ message }) => message).join('. ') : null }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      failures.push(error)
    }
  }
  throw failures[0]!
}

/**
 * Starts the engine that a run asks for; auto takes the fastest that starts: TensorFlow on a GPU, on the CPU, wasm,
 * pure JavaScript.
 *
 * @param threads inside one operation, where the engine can choose (TensorFlow); by default one for each core
 * @throws AppError `engine.unavailable` with why, and the command that would change it
 */
export async function resolveEngine(choice: RunSpec['engine'], threads?: number): Promise<Engine> {
  const { found, whyNot } = await best(choice, (kind) => start(kind, threads))
  return { ops: found.ops, info: { ...found.info, whyNotFaster: whyNot ?? found.info.whyNotFaster } }
}

/**
 * What {@link resolveEngine} will most likely take, from what is installed; loads nothing.
 * @throws AppError `engine.unavailable` where nothing that the choice allows is installed
 */
export async function describeEngine(choice: RunSpec['engine'], threads?: number): Promise<EngineInfo> {
  const { found, whyNot } = await best(choice, (kind) => describe(kind, threads))
  return { ...found, whyNotFaster: whyNot ?? found.whyNotFaster }
}
