import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { constants } from 'node:os'
import type { MessagePortMain } from 'electron'

interface Options {
  /** Node 24: Electron 22 carries Node 16, which cannot run the core. */
  node: string
  /** child.mjs. */
  shim: string
  env?: NodeJS.ProcessEnv
}

/** What Electron's UtilityProcess does, over a forked Node; ports are relayed message by message. */
export class ForkedProcess extends EventEmitter {
  private readonly child: ChildProcess
  private readonly ports = new Map<number, MessagePortMain>()
  private count = 0

  constructor(file: string, args: string[], { node, shim, env }: Options) {
    super()
    this.child = fork(shim, [file, ...args], {
      execPath: node,
      execArgv: [],
      env,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.child.once('spawn', () => this.emit('spawn'))
    this.child.once('exit', (code, signal) => {
      for (const port of this.ports.values()) port.close()
      // As Electron tells it: what waitpid says, which is the signal's number.
      this.emit('exit', code ?? constants.signals[signal!])
    })
    this.child.on('error', (error) => console.error(error))
    this.child.on('message', (message) => this.receive(message as { kind: string; id: number; data: unknown }))
  }

  get pid(): number | undefined {
    return this.child.exitCode === null && this.child.signalCode === null ? this.child.pid : undefined
  }

  get stderr(): NodeJS.ReadableStream | null {
    return this.child.stderr
  }

  kill(): boolean {
    return this.child.kill()
  }

  postMessage(data: unknown, transfer: MessagePortMain[] = []): void {
    this.send({ kind: 'message', data, ports: transfer.map((port) => this.relay(port)) })
  }

  private relay(port: MessagePortMain): number {
    const id = ++this.count
    this.ports.set(id, port)
    port.on('message', ({ data }) => this.send({ kind: 'port', id, data }))
    port.on('close', () => {
      this.ports.delete(id)
      this.send({ kind: 'port-closed', id })
    })
    port.start()
    return id
  }

  private receive({ kind, id, data }: { kind: string; id: number; data: unknown }): void {
    if (kind === 'message') this.emit('message', data)
    else if (kind === 'port') this.ports.get(id)?.postMessage(data)
    else this.ports.get(id)?.close()
  }

  private send(message: { kind: string; [key: string]: unknown }): void {
    // A dead child is told by its exit, not by a failed write.
    if (this.child.connected) this.child.send(message, () => {})
  }
}
