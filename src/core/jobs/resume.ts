import { checkpointRule } from '../domain/checkpoint-rule'
import { AppError } from '../domain/errors'
import { isLive, mayBecome, type RunRow } from '../domain/run'
import type { Storage } from '../storage/types'

type Stored = Pick<Storage, 'runs' | 'checkpoints' | 'rewind'>

/**
 * Puts a run that ended early back among those that wait. What it goes on from is decided when it starts; a range test,
 * which has no checkpoints, begins again.
 *
 * @param fromStart takes back all that it recorded, and its checkpoints
 * @throws AppError `run.notFound`, `run.state` for a run that trains, waits, or has nothing left to do,
 *   `checkpoint.missing` where it has recorded something and there is no checkpoint to go on from
 */
export function requeue(storage: Stored, run: string, fromStart: boolean): RunRow {
  const row = storage.runs.get(run)
  if (!mayBecome(row.status, 'queued')) throw cannotResume(row)
  if (fromStart || row.spec.rangeTest) storage.rewind(run, { step: 0, evaluationDue: false })
  else if (row.steps > 0 && !wholeLooking(storage, run).length) throw nothingToGoOnFrom(storage, row)
  return storage.runs.setStatus(run, 'queued', { reason: null, endedAt: null })
}

/** Where a run's checkpoints are written, and those that it may go on from, newest first. */
export function checkpointsOf(storage: Stored, { id, steps }: RunRow): { folder: string; resume: string[] } {
  const resume = steps > 0 ? wholeLooking(storage, id).map(({ file }) => file) : []
  if (steps > 0 && !resume.length) throw nothingToGoOnFrom(storage, storage.runs.get(id))
  return { folder: storage.checkpoints.folder(id), resume }
}

const wholeLooking = (storage: Stored, run: string) => storage.checkpoints.list(run).filter(({ there }) => there)

function cannotResume({ id, status, divergedAt }: RunRow): AppError {
  const why = isLive(status)
    ? `Run ${id} is ${status} already`
    : status === 'finished'
      ? `Run ${id} is finished: it has no updates left. To train longer, start a run with a larger budget`
      : `Run ${id} diverged at step ${divergedAt} and would diverge there again. Start a run with a lower rate`
  return new AppError('run.state', `${why}; nothing was changed`, {
    field: 'run',
    got: status,
    allowed: 'a run that is stopped, interrupted or failed',
  })
}

function nothingToGoOnFrom(storage: Stored, { id, spec, steps }: RunRow): AppError {
  const recorded = storage.checkpoints.list(id).length
  const why = recorded
    ? `its ${recorded === 1 ? 'checkpoint is' : `${recorded} checkpoints are`} gone from ${storage.checkpoints.folder(id)}`
    : checkpointRule(spec)
      ? 'it ended before the first one'
      : 'its spec asks for none (checkpoint: null)'
  return new AppError(
    'checkpoint.missing',
    `Run ${id} has no checkpoint to go on from: ${why}. Its ${steps} recorded updates are kept. ` +
      'From its start (--from-start) it would train again and record the same ones anew',
    { field: 'run', got: id, allowed: 'a run with a checkpoint', hint: `anneal resume ${id} --from-start` },
  )
}
