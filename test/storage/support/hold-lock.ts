// Takes a workspace's lock at the moment it is told on its input, says how that went, and holds it until told to end.
import { createInterface } from 'node:readline'
import { serializeError } from '../../../src/core/domain/errors'
import { acquireLock, type Lock } from '../../../src/core/storage/lock'

const dir = process.argv[2]!
let lock: Lock | undefined

function tryAt(moment: number) {
  // Spinning, so that all contenders come within the same millisecond.
  while (Date.now() < moment);
  try {
    lock = acquireLock(dir, 'serve')
    console.log('held')
  } catch (error) {
    console.log(serializeError(error).code)
  }
}

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line !== 'end') return tryAt(Number(line))
  lock?.release()
  process.exit(0)
})
console.log('ready')
