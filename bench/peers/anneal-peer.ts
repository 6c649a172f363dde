import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseRunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { resolveEngine } from '../../src/core/engine/backends/resolve'
import { train } from '../../src/core/engine/train/train'
import type { Train, TrainContext } from '../../src/core/engine/types'
import { PROTOCOL_VERSION, type ToTrainer } from '../../src/core/jobs/protocol'
import { runTrainer } from '../../src/core/jobs/trainer'
import type { TrainerPort } from '../../src/core/jobs/trainer-port'
import { answerQuestions } from './answer-questions'

/** What a run of Anneal's is asked to do, and how much of it is recorded. */
export interface AnnealTask {
  kind: 'anneal'
  spec: RunSpecInput
  record: 'all' | 'nothing'
}

/** Lets as many updates through as were asked for. */
function gate() {
  let left = 0
  let open = () => {}
  let done = () => {}
  return {
    /** Resolves when that many more updates were made. */
    let: (updates: number) =>
      new Promise<void>((resolve) => {
        left = updates
        done = resolve
        open()
      }),
    async pass() {
      while (left === 0) {
        const opened = new Promise<void>((resolve) => (open = resolve))
        done()
        await opened
      }
      left--
    },
  }
}

const nothing: Pick<TrainContext, 'recorder' | 'pause'> = {
  recorder: { record: () => {} },
  // Still once around the event loop, as a run has to be stopped.
  pause: () => new Promise((resolve) => setImmediate(resolve)),
}

/**
 * Anneal's trainer as it is, messages and acknowledgements included; only that it waits between rounds.
 * {"steps": n} makes n updates of one long run, {"epoch": true} a whole run, {"memory": true} says what is held.
 */
export async function serveAnneal({ spec, record }: AnnealTask): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  let deliver: (message: ToTrainer) => void = () => {}
  process.on('message', (message: ToTrainer) => deliver(message))
  const port: TrainerPort = {
    send: (message) => process.send!(message),
    onMessage: (listener) => (deliver = listener),
    onLost: () => {},
  }
  const run = (input: RunSpecInput, pass: (() => Promise<void>) | null) =>
    new Promise<void>((resolve) => {
      const gated: Train = (parsed, context) => {
        const { recorder, pause } = record === 'all' ? context : nothing
        const passing = pass && (async () => (await pause(), pass()))
        return train(parsed, { ...context, recorder, pause: passing ?? pause }).finally(resolve)
      }
      // What is left to say after the end is not waited for.
      runTrainer(port, gated, () => {})
      const checkpoints = { folder, resume: [] }
      deliver({ v: PROTOCOL_VERSION, job: 'bench', type: 'start', spec: parseRunSpec(input), checkpoints })
    })

  const { let: letThrough, pass } = gate()
  let running = false
  await answerQuestions({
    async steps(count) {
      if (!running) void run({ ...spec, budget: { steps: 100_000_000 }, evaluate: { everySteps: 100_000_000 } }, pass)
      running = true
      await letThrough(count)
      return {}
    },
    async epoch() {
      await run({ ...spec, budget: { epochs: 1 }, evaluate: { everySteps: 938 } }, null)
      return {}
    },
    async memory() {
      const { ops } = await resolveEngine(spec.engine!, spec.threads)
      return { rss: process.memoryUsage().rss, tensors: ops.tensorCount() }
    },
  })
}
