import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import type { MessagePortMain, UtilityProcess } from 'electron'

/** A utility process that does only what a test says; what it was told is in `told`. */
export class FakeProcess extends EventEmitter {
  pid: number | undefined
  readonly stderr = new PassThrough()
  readonly told: { message: unknown; ports: unknown[] }[] = []
  readonly asked: string[] = []

  postMessage(message: unknown, ports: unknown[] = []): void {
    this.told.push({ message, ports })
  }

  kill(): boolean {
    this.asked.push('kill')
    return true
  }

  spawn(pid: number): void {
    this.pid = pid
    this.emit('spawn')
  }

  end(code: number, said = ''): void {
    this.pid = undefined
    this.stderr.end(said)
    this.emit('exit', code)
  }

  get messages(): unknown[] {
    return this.told.map(({ message }) => message)
  }
}

/** A starter that keeps what it started. */
export function processes(): { started: FakeProcess[]; start: () => UtilityProcess } {
  const started: FakeProcess[] = []
  return {
    started,
    start: () => {
      const child = new FakeProcess()
      started.push(child)
      return child as unknown as UtilityProcess
    },
  }
}

export const fakePort = (): MessagePortMain & { closed: boolean } => {
  const port = { closed: false, close: () => (port.closed = true) }
  return port as unknown as MessagePortMain & { closed: boolean }
}
