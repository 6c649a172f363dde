import { AppError } from '../core/domain/errors'
import { isLive, type RunProgress, type RunRow } from '../core/domain/run'
import { onInterrupt } from './interrupt'
import type { Io } from './io'
import { createLiveBlock } from './live-block'
import type { OpenedCore } from './open-core'
import { endText, progressBar, progressText, startingLine } from './progress-line'
import { printable } from './text'

/** Draws how runs go; on a terminal as bars that are drawn over, elsewhere as lines about every 10 %. */
interface Display {
  started(row: RunRow): void
  progress(row: RunRow, progress: RunProgress): void
  ended(row: RunRow): void
  note(text: string): void
  close(): void
}

/** The other process has ended when it does not answer again within this. */
const GONE_MS = 15_000

const gone = () =>
  new AppError('server.refused', 'The Anneal that trained these runs is gone; every stored step is kept', {
    hint: '`anneal runs` shows how far they came.',
  })

const unrecorded = (run: string) =>
  new AppError('internal', `The end of run ${run} could not be stored; every step that was stored before is kept`, {
    hint: 'Once the workspace can be written again, the run counts as interrupted.',
  })

/**
 * Starts runs and follows them to their ends. Ctrl-C stops them between two updates and keeps all that is recorded.
 *
 * @param start asks the core for the runs; its events are listened to before, so that nothing is missed
 * @returns the runs as they ended, in their order
 */
export async function followRuns(
  { transport, core }: Pick<OpenedCore, 'transport' | 'core'>,
  io: Io,
  start: () => Promise<RunRow[]>,
  now: () => number = Date.now,
): Promise<RunRow[]> {
  const rows = new Map<string, RunRow>()
  const display = io.errWidth() === null ? createLog(io, now) : createBars(io, rows, now)
  const { promise: allEnded, resolve, reject } = Promise.withResolvers<void>()
  // What fails before anyone waits for the end is told by that wait.
  allEnded.catch(() => {})
  let started = false
  let interrupted = false

  const update = (row: RunRow) => {
    const before = rows.get(row.id)
    if (!before) return
    rows.set(row.id, row)
    if (before.status !== 'running' && row.status === 'running') display.started(row)
    if (isLive(before.status) && !isLive(row.status)) display.ended(row)
    settle()
  }
  const settle = () => {
    if (started && [...rows.values()].every((row) => !isLive(row.status))) resolve()
  }
  const refetch = async () => {
    for (const { id } of [...rows.values()].filter((row) => isLive(row.status)))
      update(await transport.call('runs.get', { run: id }))
  }

  const offEvents = transport.subscribe((event) => {
    if (event.type === 'runs.changed') event.runs.forEach(update)
    if (event.type === 'run.progress') {
      const row = rows.get(event.progress.run)
      if (row && isLive(row.status)) display.progress(row, event.progress)
    }
    if (event.type === 'notice') display.note(printable(event.message))
    if (event.type === 'runs.removed' && event.runs.filter((id) => rows.delete(id)).length) settle()
  })
  let goneTimer: NodeJS.Timeout | undefined
  const offState = transport.onState((state) => {
    clearTimeout(goneTimer)
    if (state === 'open') return void refetch().catch(reject)
    display.note('The connection to the Anneal that trains is lost; trying again.')
    goneTimer = setTimeout(() => reject(gone()), GONE_MS)
  })
  const stopAll = async () => {
    interrupted = true
    display.note('Stopping between two updates; all that is recorded is kept. Ctrl-C again ends at once.')
    const live = [...rows.values()].filter((row) => isLive(row.status))
    // Those that wait go first: otherwise each would start when the one before it stops.
    live.sort((a, b) => Number(b.status === 'queued') - Number(a.status === 'queued'))
    await Promise.all(live.map(({ id }) => transport.call('runs.stop', { run: id })))
  }
  const offInterrupt = onInterrupt(() => stopAll().catch(reject))

  try {
    for (const row of await start()) rows.set(row.id, row)
    started = true
    // A short run may have ended before its row was known here.
    await refetch()
    if (interrupted) await stopAll()
    // Where nothing can be written any more, no event tells of the end either.
    for (const id of rows.keys())
      void core?.jobs.ended(id).then((row) => {
        if (isLive(row.status)) reject(unrecorded(id))
      })
    settle()
    await allEnded
    return [...rows.values()]
  } finally {
    clearTimeout(goneTimer)
    offInterrupt()
    offEvents()
    offState()
    display.close()
  }
}

const LOG_SHARE = 0.1

function createLog(io: Io, now: () => number): Display {
  const said = new Map<string, number>()
  return {
    started: () => {},
    progress(row, progress) {
      // In a log only what takes its time is worth a line: how far the training is.
      if (progress.phase !== null) return
      const share = Math.floor(progress.step / progress.totalSteps / LOG_SHARE)
      if (share <= (said.get(row.id) ?? -1)) return
      said.set(row.id, share)
      io.err(`${progressText(row.name, progress)}\n`)
    },
    ended: (row) => io.err(`${endText(row, now())}\n`),
    note: (text) => io.err(`${text}\n`),
    close() {},
  }
}

function createBars(io: Io, rows: ReadonlyMap<string, RunRow>, now: () => number): Display {
  const block = createLiveBlock(io.err, now)
  const latest = new Map<string, RunProgress>()
  const show = () => {
    const width = (io.errWidth() ?? 80) - 1
    const all = [...rows.values()]
    const lines = all
      .filter((row) => row.status === 'running')
      .map(({ id, name }) => {
        const now = latest.get(id)
        return now && now.phase === null ? progressBar(name, now, width) : startingLine(name, width, now?.phase)
      })
    const queued = all.filter((row) => row.status === 'queued').length
    if (queued)
      lines.push(`${all.filter((row) => !isLive(row.status)).length} of ${all.length} runs done, ${queued} waiting`)
    block.show(lines)
  }
  return {
    started: show,
    progress(row, progress) {
      latest.set(row.id, progress)
      show()
    },
    ended(row) {
      latest.delete(row.id)
      block.show([])
      block.print(endText(row, now()))
    },
    note: (text) => block.print(text),
    close: () => block.end(),
  }
}

/** Exit status for runs that were followed: 1 where one failed, 130 where one was stopped; a diverged run is a result. */
export function endStatus(rows: readonly RunRow[]): number {
  if (rows.some(({ status }) => status === 'failed' || status === 'interrupted')) return 1
  return rows.some(({ status }) => status === 'stopped') ? 130 : 0
}
