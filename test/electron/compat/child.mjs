/**
 * Runs a file that expects Electron's utility process in a forked Node: `child.mjs FILE ARGS…`.
 * Gives it `process.parentPort`, and stands in for message ports, which cannot cross to another runtime:
 * the other half of both is in forked-process.ts.
 */
import { EventEmitter } from 'node:events'
import { pathToFileURL } from 'node:url'

const ports = new Map()

/** As in Electron, what comes before start() waits for it. */
function openPort(id) {
  const waiting = []
  let started = false
  const port = Object.assign(new EventEmitter(), {
    postMessage: (data) => process.send({ kind: 'port', id, data }),
    start() {
      started = true
      for (const event of waiting.splice(0)) port.emit(...event)
    },
    close: () => process.send({ kind: 'port-closed', id }),
  })
  ports.set(id, (...event) => (started ? port.emit(...event) : waiting.push(event)))
  return port
}

function receive(message) {
  if (message.kind === 'message') {
    parentPort.emit('message', { data: message.data, ports: message.ports.map(openPort) })
  } else if (message.kind === 'port') {
    ports.get(message.id)?.('message', { data: message.data, ports: [] })
  } else {
    ports.get(message.id)?.('close')
    ports.delete(message.id)
  }
}

const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (data) => process.send({ kind: 'message', data }),
})
// As in Electron, messages wait until somebody listens; and a parent that is gone takes its children with it.
parentPort.once('newListener', () => setImmediate(() => process.on('message', receive)))
process.on('disconnect', () => process.exit(1))
process.parentPort = parentPort

const [file, ...args] = process.argv.slice(2)
process.argv.splice(1, process.argv.length, file, ...args)
await import(pathToFileURL(file).href)
