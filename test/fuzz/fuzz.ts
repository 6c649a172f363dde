import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { bodyProperty, codecProperty, portProperty } from './byte-cases'
import { contractProperty } from './contract-cases'
import { answerOrTypedError, Fault, inTime } from './oracle'
import { coreProperty, trainerProperty } from './protocol-cases'
import { openRig, TRANSPORTS } from './rig'

export interface FuzzOptions {
  cases: number
  seed: number
  /** Told now and then. */
  say?: (line: string) => void
}

export interface FuzzReport {
  cases: number
  /** How often each outcome came: `answer`, or the code of an error. */
  outcomes: Record<string, number>
  /** Bytes held after a collection, in the middle and at the end: heap, and memory outside of it. */
  memory: { middle: number; end: number }
}

/** Share of the cases that each property gets. */
const SHARES = { contract: 0.6, bodies: 0.1, codec: 0.1, port: 0.05, trainer: 0.1, core: 0.05 } as const

/** Cases between two times that the workspace is put back as it was. */
const ROUND = 500

/** What may be held more at the end than in the middle: far less than a leak of 1 KB a case would be. */
const MEMORY_MARGIN = 24 * 2 ** 20

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What is held when everything that can go has gone. */
async function held(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise(setImmediate)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/**
 * Tries the core with many cases that a seed decides. What must hold of each: an answer or a typed error; no exception, no
 * rejection that nobody handles; and after each round every transport answers. Memory must not grow between the middle
 * and the end.
 *
 * @throws Fault or fast-check's error with the case, made as small as it gets
 */
export async function fuzz({ cases, seed, say = () => {} }: FuzzOptions): Promise<FuzzReport> {
  const rig = await openRig()
  const stray: unknown[] = []
  const onStray = (error: unknown) => void stray.push(error)
  process.on('unhandledRejection', onStray)
  process.on('uncaughtException', onStray)
  const outcomes: Record<string, number> = {}
  const count = (outcome: string) => void (outcomes[outcome] = (outcomes[outcome] ?? 0) + 1)
  const properties = {
    contract: () => contractProperty(rig, count),
    bodies: () => bodyProperty(rig, count),
    codec: codecProperty,
    port: () => portProperty(rig),
    trainer: () => trainerProperty(rig),
    core: coreProperty,
  } as const
  let middle = 0
  let done = 0
  try {
    const rounds = Math.max(2, Math.ceil(cases / ROUND))
    for (let round = 0; round < rounds; round++) {
      for (const [name, share] of Object.entries(SHARES)) {
        const numRuns = Math.ceil((cases * share) / rounds)
        const property = properties[name as keyof typeof properties]()
        await fc.assert(property as fc.IAsyncProperty<unknown>, { seed: seed + round, numRuns })
        done += numRuns
      }
      await rig.tidy()
      for (const name of TRANSPORTS)
        await inTime(
          name,
          answerOrTypedError(name, () => rig.transports[name].call('runs.list', {})),
        )
      if (stray.length) throw new Fault(`nobody handled: ${String(stray[0])}`, { cause: stray[0] })
      if (round === (rounds >> 1) - 1) middle = await held()
      if (round % 20 === 19) say(`${done} cases, ${Math.round((await held()) / 2 ** 20)} MiB held`)
    }
    const { integrity, foreignKeys } = rig.storage.check()
    if (integrity !== 'ok' || foreignKeys) throw new Fault(`the workspace is damaged: ${integrity}`)
    const end = await held()
    if (end > middle + MEMORY_MARGIN)
      throw new Fault(`memory grew from ${middle} to ${end} bytes between the middle and the end`)
    return { cases: done, outcomes, memory: { middle, end } }
  } finally {
    process.off('unhandledRejection', onStray)
    process.off('uncaughtException', onStray)
    await rig.close()
  }
}
