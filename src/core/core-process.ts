import type { MessagePortLike } from './api/transports/port'
import type { Core } from './create-core'
import { AppError, serializeError } from './domain/errors'
import { shellLauncher } from './jobs/shell-launcher'
import { shellGrants } from './shell-grants'
import type { FromCore, ToCore } from './shell-protocol'

/** The part of Electron's utility process API that the core uses. */
interface ParentPort {
  postMessage(message: FromCore): void
  on(event: 'message', listener: (event: { data: ToCore; ports: MessagePortLike[] }) => void): void
}

/** Entry of the core process of the window: `core-process.js WORKSPACE`. The same core as `anneal serve`, over ports. */
const parent = (process as unknown as { parentPort?: ParentPort }).parentPort
const dir = process.argv[2]
if (!parent || !dir) throw new Error('The core process is started by the Anneal window, not by hand')

process.on('SIGINT', () => {
  // Ctrl+C reaches the whole process group: the window decides when the core ends.
})
process.on('unhandledRejection', (error) => {
  console.error(error)
  process.exit(1)
})

const send = (message: FromCore) => parent.postMessage(message)
const trainers = shellLauncher(send)
const grants = shellGrants(send)

// Loading SQLite takes longest and may fail: the port listens before that.
const core: Promise<Core> = import('./create-core').then(({ createCore }) =>
  createCore({ dir, kind: 'app', launcher: trainers.launch, redeemGrant: grants.redeem }),
)
core.then(
  () => send({ type: 'ready' }),
  (error: unknown) => send({ type: 'failed', error: serializeError(error) }),
)

async function connect(port: MessagePortLike): Promise<void> {
  const { servePort } = await import('./api/transports/port')
  await core.then(
    ({ api }) => servePort(api, port),
    () => port.close(),
  )
}

/** Jobs first, then the database; exits whatever happens, so that no window waits for ever. */
async function close(): Promise<void> {
  try {
    await (await core).close()
    process.exit(0)
  } catch (error) {
    // What could not be opened has nothing to close, and the window was told why.
    if (!(error instanceof AppError)) console.error(error)
    process.exit(1)
  }
}

parent.on('message', ({ data, ports }) => {
  if (trainers.receive(data) || grants.receive(data)) return
  if (data.type === 'connect' && ports[0]) void connect(ports[0])
  if (data.type === 'close') void close()
})
