import type { AppInfo } from '../../../core/api/contract'
import type { RunSpec } from '../../../core/domain/spec/run-spec'
import { threadsFor } from '../../../core/domain/threads'

/** Numbers in one sample; null where only the data's files know. */
function inputsOf({ dataset }: RunSpec): number | null {
  if (dataset.kind === 'mnist' || dataset.kind === 'fashion-mnist') return 28 * 28
  if (dataset.kind === 'glyphs') return 8 * 8
  if (dataset.kind === 'spirals') return 2
  if (dataset.kind === 'teacher-student') return dataset.inputs
  return null
}

/**
 * Threads that a run takes where its spec does not say; null where that depends on the data's files.
 * @param machine the engine that auto stands for there, and its cores
 */
export function automaticThreads(spec: RunSpec, { engine, cores }: Pick<AppInfo, 'engine' | 'cores'>): number | null {
  const kind = spec.engine === 'auto' ? engine.kind : spec.engine
  const of = (inputs: number) => threadsFor({ kind }, { model: spec.model, inputs, cores })
  const inputs = inputsOf(spec)
  if (inputs !== null) return of(inputs)
  // Where one number and a million lead to the same, the files do not matter.
  return of(1) === of(1e6) ? of(1) : null
}
