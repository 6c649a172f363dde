import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { type FromTrainer, PROTOCOL_VERSION, type ToTrainer } from '../../src/core/jobs/protocol'

/** Milliseconds of one round. */
export interface Timing {
  wall: number
  cpu: number
}

/** A process that trains one model, a round at a time, and lives as long as its comparison. */
export interface Peer {
  name: string
  ask<T = Timing>(question: object): Promise<T>
  close(): void
}

/** A line of JSON in, a line of JSON out. */
async function peerOf(name: string, child: ChildProcess): Promise<Peer> {
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const answer = async () => {
    const line = await lines.next()
    if (line.done) throw new Error(`${name} ended before it answered`)
    return JSON.parse(line.value) as never
  }
  // Whoever is interrupted takes its processes along.
  const end = () => void child.kill()
  process.on('exit', end)
  await answer()
  return {
    name,
    async ask(question) {
      child.stdin!.write(JSON.stringify(question) + '\n')
      return answer()
    },
    close() {
      process.off('exit', end)
      child.kill()
    },
  }
}

/**
 * PyTorch's threads wait for each other by spinning: where any other program takes a core for a moment that makes a step
 * of a small network a hundred times as long. Asleep they cost it little; whoever has the machine alone may set active.
 */
const SETTINGS = { OMP_WAIT_POLICY: 'passive', TF_CPP_MIN_LOG_LEVEL: '3' }

export function pythonPeer(name: string, python: string, script: string, args: readonly string[]): Promise<Peer> {
  const child = spawn(python, [resolve('bench/peers', script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...SETTINGS, ...process.env },
  })
  return peerOf(name, child)
}

/** Runs this benchmark's own `work`; a trainer in it finds a core that acknowledges whatever comes. */
export function nodePeer(name: string, task: object): Promise<Peer> {
  const file = resolve('out/bench/engine.js')
  const script = `import(${JSON.stringify(file)}).then((bench) => bench.work(${JSON.stringify(task)}))`
  const child = spawn(process.execPath, ['-e', script], {
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  child.on('message', (message: FromTrainer) => {
    if (message.type !== 'batch') return
    child.send({ v: PROTOCOL_VERSION, job: message.job, type: 'ack', seq: message.seq } satisfies ToTrainer)
  })
  return peerOf(name, child)
}

/** Asks all peers in turn, another one first in each round. @returns a row of rounds for each peer */
export async function rounds<T>(peers: readonly Peer[], count: number, question: object): Promise<T[][]> {
  const answers = peers.map((): T[] => [])
  for (let round = 0; round < count; round++)
    for (let k = 0; k < peers.length; k++) {
      const i = (k + round) % peers.length
      answers[i]!.push(await peers[i]!.ask<T>(question))
    }
  return answers
}
