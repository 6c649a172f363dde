import { AppError } from '../../domain/errors'
import type { RunSpec } from '../../domain/spec/run-spec'
import { type Engine, resolveEngine } from '../backends/resolve'
import type { CheckpointFacts } from './format'
import { cpuModel } from './keeper'
import { type Checkpoint, readCheckpoint } from './read-checkpoint'

/**
 * The newest of some checkpoints that is whole.
 *
 * @param files newest first
 * @param notice told of each that is not, and what is taken instead
 * @throws AppError `checkpoint.invalid` where there are some and none is whole
 */
export function newestWhole(files: readonly string[], notice: (message: string) => void): Checkpoint | null {
  let problem = ''
  for (const [i, file] of files.entries()) {
    try {
      return readCheckpoint(file)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      problem = error.message
      if (i < files.length - 1) notice(`${problem}. The one before it is used`)
    }
  }
  if (!files.length) return null
  throw new AppError(
    'checkpoint.invalid',
    `${files.length === 1 ? problem : `None of the ${files.length} checkpoints can be used; ${problem}`}. What is recorded is kept`,
    { field: 'checkpoint', got: files.join(', '), problem },
  )
}

/**
 * The engine that a checkpoint was written on, with the same number of threads, where the run leaves the choice and it
 * is still there; otherwise what the run asks for, with a notice that bits may differ from here on.
 *
 * @throws AppError `engine.unavailable`
 */
export async function resumeEngine(
  { engine: asked, threads }: Pick<RunSpec, 'engine' | 'threads'>,
  { step, engine: before, cpu }: CheckpointFacts,
  notice: (message: string) => void,
): Promise<Engine> {
  const differs = (what: string) =>
    notice(
      `${what}. Up to update ${step} it was another; from there on the last bits may not be those of a run that never stopped`,
    )
  const engine = await sameOr(asked, before.kind, threads ?? before.threads)
  const { label } = engine.info
  if (label !== before.label) differs(`The run goes on with ${label}, not ${before.label}`)
  else if (cpu !== cpuModel()) differs(`The run goes on on the processor ${cpuModel()}, not ${cpu}`)
  return engine
}

async function sameOr(asked: RunSpec['engine'], before: Engine['info']['kind'], threads: number): Promise<Engine> {
  if (asked !== 'auto') return resolveEngine(asked, threads)
  try {
    const { ops, info } = await resolveEngine(before, threads)
    const whyNotFaster = before === 'native' ? info.whyNotFaster : 'The run goes on with the engine that it began with'
    return { ops, info: { ...info, whyNotFaster } }
  } catch (error) {
    if (error instanceof AppError && error.code === 'engine.unavailable') return resolveEngine('auto', threads)
    throw error
  }
}

/**
 * Checks that a checkpoint was trained on the data that are here now, and that its place in them is that of its step.
 * @throws AppError `checkpoint.invalid`
 */
export function checkData({ file, facts }: Checkpoint, data: string, stepsPerEpoch: number): void {
  const { step, epoch, batch } = facts
  const problem =
    facts.data !== data
      ? `it was trained on other data (SHA-256 ${facts.data.slice(0, 12)}…, here ${data.slice(0, 12)}…)`
      : epoch * stepsPerEpoch + batch !== step || batch >= stepsPerEpoch
        ? `its update ${step} is at batch ${batch} of epoch ${epoch}, where this run has ${stepsPerEpoch} batches an epoch`
        : null
  if (problem)
    throw new AppError(
      'checkpoint.invalid',
      `The checkpoint ${file} cannot be used: ${problem}. What is recorded is kept`,
      {
        field: 'checkpoint',
        got: file,
        problem,
      },
    )
}
