import { fork } from 'node:child_process'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { createCore } from '../../src/core/create-core'
import { forkLauncher } from '../../src/core/jobs/fork-launcher'
import { serve } from '../../src/server/http'
import { specOf } from '../pages/talking-trainer'
import { type Times, watchBusyTime, watchCalls } from './busy-time'

const TOKEN = 'bench-token-'.padEnd(43, 'x')
const SECONDS = 20
/** One timer a millisecond; what is said is by how much it came late. */
const RESOLUTION_MS = 1

export interface LoopDelay {
  /** By how much timers came late. */
  late: Times
  /** Processor time of the core's thread between two ticks. */
  busy: Times
  /** Storing one batch, with its commit. */
  store: Times
  /** Answers that the reader got, each of an overview of 100 runs. */
  answers: number
  /** Updates that were recorded meanwhile. */
  steps: number
}

const child = (name: string) => fileURLToPath(new URL(`./${name}.js`, import.meta.url))

/**
 * Delay of the core's event loop while four processes send the batches of 1000 updates a second each, and another process
 * asks over HTTP for 100 runs again and again, each time a little further.
 */
export async function measureLoopDelay(
  dir: string,
  { writers, reader }: { writers: number; reader: boolean },
): Promise<LoopDelay> {
  const core = await createCore({
    dir,
    kind: 'cli',
    launcher: forkLauncher(child('talking-child')),
    parallel: writers || 1,
  })
  const server = await serve({ api: core.api, port: 0, rendererDir: dir, token: TOKEN })
  try {
    const runs = core.storage.runs
      .all()
      .slice(0, 100)
      .map(({ id }) => id)
    const started = Array.from({ length: writers }, () =>
      core.api.call('runs.create', { spec: specOf({ kind: 'constant', lr: 0.1 }, 1000 * 2 * SECONDS) }),
    )
    const ids = (await Promise.all(started)).map((made) => (made as { runs: { id: string }[] }).runs[0]!.id)
    const recorded = () => ids.reduce((sum, id) => sum + core.storage.runs.get(id).steps, 0)
    while (writers && recorded() < 1000) await pause(50)
    const panning = reader ? fork(child('panning-child'), [server.address, TOKEN, JSON.stringify(runs)]) : null
    let answers = 0
    panning?.on('message', () => answers++)
    while (panning && answers < 3) await pause(50)
    const [stepsBefore, answersBefore] = [recorded(), answers]
    const busy = watchBusyTime()
    const store = watchCalls(core.storage.metrics, 'append')
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    delay.enable()
    await pause(1000 * SECONDS)
    delay.disable()
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
    const found = {
      late: { p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), most: late(delay.max) },
      busy: busy(),
      store: store(),
      answers: answers - answersBefore,
      steps: recorded() - stepsBefore,
    }
    panning?.kill('SIGKILL')
    return found
  } finally {
    await server.close()
    await core.close()
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
