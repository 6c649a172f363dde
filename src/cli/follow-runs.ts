import type { Transport } from '../core/api/transport'
import { isLive, type RunProgress, type RunRow } from '../core/domain/run'
import { onInterrupt } from './interrupt'
import type { Io } from './io'
import { createLiveBlock } from './live-block'
import { endText, progressBar, progressText } from './progress-line'

/** Draws how runs go; on a terminal as bars that are drawn over, elsewhere as lines about every 10 %. */
interface Display {
  progress(row: RunRow, progress: RunProgress): void
  ended(row: RunRow): void
  note(text: string): void
  close(): void
}

/**
 * Starts runs and follows them to their ends. Ctrl-C stops them between two updates and keeps all that is recorded.
 *
 * @param start asks the core for the runs; its events are listened to before, so that nothing is missed
 * @returns the runs as they ended, in their order
 */
export async function followRuns(
  transport: Transport,
  io: Io,
  start: () => Promise<RunRow[]>,
  now: () => number = Date.now,
): Promise<RunRow[]> {
  const rows = new Map<string, RunRow>()
  const display = io.errWidth() === null ? createLog(io, now) : createBars(io, rows, now)
  const { promise: allEnded, resolve, reject } = Promise.withResolvers<void>()
  let started = false
  let interrupted = false

  const update = (row: RunRow) => {
    const before = rows.get(row.id)
    if (!before) return
    rows.set(row.id, row)
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
    if (event.type === 'run.changed') update(event.run)
    if (event.type === 'run.progress') {
      const row = rows.get(event.progress.run)
      if (row && isLive(row.status)) display.progress(row, event.progress)
    }
    if (event.type === 'run.removed' && rows.delete(event.run)) settle()
  })
  const offState = transport.onState((state) => {
    if (state === 'lost') display.note('The connection to the running Anneal is lost; trying again.')
    else refetch().catch(reject)
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
    settle()
    await allEnded
    return [...rows.values()]
  } finally {
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
    progress(row, progress) {
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
    const lines = [...latest].map(([id, progress]) => progressBar(rows.get(id)!.name, progress, width))
    const all = [...rows.values()]
    const queued = all.filter((row) => row.status === 'queued').length
    if (queued)
      lines.push(`${all.filter((row) => !isLive(row.status)).length} of ${all.length} runs done, ${queued} waiting`)
    block.show(lines)
  }
  return {
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
