import { join } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { MessagePortMain, UtilityProcess } from 'electron'
import { createPortTransport, type MessagePortLike, type PortTransport } from '../../src/core/api/transports/port'
import type { PlainError } from '../../src/core/domain/errors'
import { type CoreHost, createCoreHost } from '../../src/main/core-host'
import { ForkedProcess } from './compat/forked-process'
import { ROOT, SHIM } from './launch'

/** Starts a built file as the window would start a utility process, in plain Node. */
const start = (file: string, args: string[] = []): UtilityProcess =>
  new ForkedProcess(join(ROOT, 'out/node', file), args, {
    node: process.execPath,
    shim: SHIM,
    env: process.env,
  }) as unknown as UtilityProcess

export interface CoreChild {
  host: CoreHost
  /** The processes that main started, in order. */
  cores: UtilityProcess[]
  trainers: UtilityProcess[]
  /** A page's connection to whichever core runs now. */
  connect(): PortTransport
  notices: string[]
  failures: PlainError[]
  gaveUp: string[]
}

/** What main does without a window: the real core and trainers under the real core host, ports as a page has them. */
export function startCoreHost(dir: string): CoreChild {
  const cores: UtilityProcess[] = []
  const trainers: UtilityProcess[] = []
  const told = { notices: [] as string[], failures: [] as PlainError[], gaveUp: [] as string[] }
  const kept = (list: UtilityProcess[], child: UtilityProcess) => {
    list.push(child)
    return child
  }
  const host = createCoreHost({
    startCore: () => kept(cores, start('core-process.js', [dir])),
    startTrainer: () => kept(trainers, start('trainer.js')),
    redeem: () => null,
    onFailed: (error) => told.failures.push(error),
    onRestarted: (notice) => told.notices.push(notice),
    onGaveUp: (how) => told.gaveUp.push(how),
  })
  const connect = () => {
    const { port1, port2 } = new MessageChannel()
    host.connect(asPortMain(port2))
    return createPortTransport(port1 as unknown as MessagePortLike)
  }
  return { host, cores, trainers, connect, ...told }
}

/** Node's port in the shape of Electron's: an event carries the data. */
const asPortMain = (port: MessagePort): MessagePortMain =>
  ({
    on(event: 'message' | 'close', listener: (event?: { data: unknown; ports: [] }) => void) {
      if (event === 'close') port.on('close', () => listener())
      else port.on('message', (data) => listener({ data, ports: [] }))
    },
    postMessage: (data: unknown) => port.postMessage(data),
    start: () => port.start(),
    close: () => port.close(),
  }) as unknown as MessagePortMain
