import { AppError } from '../../domain/errors'
import type { EngineInfo } from '../../domain/run'
import type { RunSpec } from '../../domain/spec/run-spec'
import type { Ops } from '../ops/ops'
import { createPortableOps } from '../ops/portable/create-portable-ops'
import { packageFile, type PortableKind, startTfjs, tfjsVersion } from './tfjs'

export interface Engine {
  ops: Ops
  info: EngineInfo
}

const NO_NATIVE = 'The native engine is not part of this version'

const infoOf = (kind: PortableKind, whyNotFaster: string): EngineInfo => {
  const version = tfjsVersion()
  const label = kind === 'wasm' ? 'wasm (SIMD)' : 'pure JavaScript'
  return { kind, label: `${label}, TensorFlow.js ${version}`, version, threads: 1, whyNotFaster }
}

/** The engines to try for a choice, best first. @throws AppError `engine.unavailable` for one that is not there */
function candidates(choice: RunSpec['engine']): PortableKind[] {
  if (choice === 'native')
    throw new AppError('engine.unavailable', `${NO_NATIVE}; there are wasm and cpu, and auto takes the fastest`, {
      field: 'engine',
      got: 'native',
      allowed: 'auto, wasm or cpu',
    })
  return choice === 'auto' ? ['wasm', 'cpu'] : [choice]
}

const whyNotFaster = (kind: PortableKind, choice: RunSpec['engine'], failure: AppError | null): string => {
  if (kind === 'wasm') return NO_NATIVE
  return failure ? `${NO_NATIVE}. ${failure.message}` : `The run asks for the engine ${choice}`
}

/**
 * Starts the engine that a run asks for; auto takes the fastest that starts.
 * @throws AppError `engine.unavailable` with what there is
 */
export async function resolveEngine(choice: RunSpec['engine']): Promise<Engine> {
  let failure: AppError | null = null
  for (const kind of candidates(choice)) {
    try {
      const ops = createPortableOps(await startTfjs(kind))
      return { ops, info: infoOf(kind, whyNotFaster(kind, choice, failure)) }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      failure = error
    }
  }
  throw failure!
}

/**
 * What {@link resolveEngine} will most likely take, from what is installed; loads nothing.
 * @throws AppError `engine.unavailable` where nothing that the choice allows is installed
 */
export function describeEngine(choice: RunSpec['engine']): EngineInfo {
  let failure: AppError | null = null
  for (const kind of candidates(choice)) {
    try {
      packageFile(kind)
      return infoOf(kind, whyNotFaster(kind, choice, failure))
    } catch {
      failure = new AppError('engine.unavailable', `The ${kind} engine is not installed: run npm ci`, { got: kind })
    }
  }
  throw failure!
}
