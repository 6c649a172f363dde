import { AppError } from '../../core/domain/errors'
import { formatBytes, formatDuration } from '../../core/domain/format'
import { nearest } from '../../core/domain/nearest'
import { defineCommand, type Arguments } from '../command'
import { checkText } from '../check-text'
import { installDisplay } from '../engine/install-progress'
import { onInterrupt } from '../interrupt'
import { toJson } from '../../core/domain/json'
import { renderTable } from '../table'

type Given = Pick<Arguments, 'json' | 'io'> & { what: string | undefined }

const ACTIONS: Record<string, (given: Given) => Promise<number>> = { list, install, doctor, remove, test }

export const engineCommand = defineCommand({
  name: 'engine',
  words: ['ACTION', '[WHAT]'],
  options: {},
  summary: 'lists, installs, examines and removes what trains: TensorFlow on GPU or CPU, wasm, pure JavaScript',
  example: 'anneal engine install cpu',
  notes: [
    'list            what can train here, and what could',
    'install [cpu]   fetches TensorFlow for the CPU with pip, into no Python environment; install gpu the one for NVIDIA',
    'doctor          what is found, why a better one is not used and the command that changes it, and a self test',
    'remove [ID]     removes an installed engine',
    'test            the self test alone, in this process',
    'Engines lie in $ANNEAL_ENGINE_DIR, else in the user’s cache; $ANNEAL_LIBTENSORFLOW names a library of your own.',
  ],
  async run({ words: [action, what], json, io }) {
    const names = Object.keys(ACTIONS)
    if (!Object.hasOwn(ACTIONS, action!)) {
      const near = nearest(action!, names)
      throw new AppError(
        'input.invalid',
        `${action} is not something that engine does${near ? ` (did you mean ${near}?)` : ''}`,
        { field: 'ACTION', got: action, allowed: names.join(', '), hint: `anneal engine ${names.join(' | ')}` },
      )
    }
    if (what !== undefined && action !== 'install' && action !== 'remove')
      throw new AppError('input.invalid', `engine ${action} takes no word, got "${what}"`, { field: 'WHAT', got: what })
    return ACTIONS[action!]!({ what, json, io })
  },
})

async function list({ json, io }: Given): Promise<number> {
  const [{ listEngines }, { describeEngine }] = await Promise.all([
    import('../engine/list-engines'),
    import('../../core/engine/backends/resolve'),
  ])
  const [engines, used] = await Promise.all([listEngines(), describeEngine('auto')])
  if (json) {
    io.out(toJson({ used, engines }))
    return 0
  }
  const rows = engines.map(({ id, state, what, tested }) => [id, state, tested ? what : `${what}; untested`])
  io.out(renderTable([{ head: 'ENGINE' }, { head: 'STATE' }, { head: 'WHAT', least: 20 }], rows, io.outWidth()))
  io.out(`\nRuns use ${used.label}.\n`)
  if (used.whyNotFaster) io.out(`${used.whyNotFaster}\n`)
  return 0
}

async function install({ what = 'cpu', json, io }: Given): Promise<number> {
  if (what !== 'cpu' && what !== 'gpu')
    throw new AppError('input.invalid', `engine install takes cpu or gpu, got "${what}"`, {
      field: 'WHAT',
      got: what,
      allowed: 'cpu, gpu',
    })
  const { installEngine } = await import('../../core/engine/install/install')
  const { engineBytes, findEngines } = await import('../../core/engine/install/installed')
  const before = new Set((await findEngines()).map(({ id }) => id))
  const started = Date.now()
  const cancel = new AbortController()
  const offInterrupt = onInterrupt(() => cancel.abort())
  const display = installDisplay(io)
  try {
    const engine = await installEngine({ flavour: what, signal: cancel.signal, onProgress: display.show })
    display.end()
    const already = before.has(engine.id)
    if (json) io.out(toJson({ ...engine, bytes: engineBytes(engine), already }))
    else if (already) io.out(`${engine.id} is installed already, in ${engine.folder}\n`)
    else
      io.out(
        `${engine.id} is installed (${formatBytes(engineBytes(engine))}, ${formatDuration(Date.now() - started)}), in ${engine.folder}\n`,
      )
    return 0
  } finally {
    display.end()
    offInterrupt()
  }
}

async function doctor({ json, io }: Given): Promise<number> {
  const { doctorEngine } = await import('../engine/doctor-engine')
  const report = await doctorEngine()
  io.out(json ? toJson(report) : checkText(report.checks))
  return report.ok ? 0 : 1
}

async function remove({ what, json, io }: Given): Promise<number> {
  const { findEngines, removeEngine } = await import('../../core/engine/install/installed')
  const ids = (await findEngines()).map(({ id }) => id)
  const fits = ids.filter((id) => what === undefined || id === what || id.endsWith(`-${what}`))
  if (fits.length > 1 || (what === undefined && fits.length === 0))
    throw new AppError(
      'input.invalid',
      fits.length ? `Several engines are installed; name one: ${fits.join(', ')}` : 'No engine is installed',
      { field: 'WHAT', allowed: ids.join(', ') },
    )
  // A damaged one is not found, but can be named.
  const id = fits[0] ?? what!
  await removeEngine(id)
  io.out(json ? toJson({ removed: id }) : `${id} is removed\n`)
  return 0
}

async function test({ json, io }: Given): Promise<number> {
  const { selfTest } = await import('../../core/engine/backends/self-test')
  const result = await selfTest('auto')
  io.out(
    json
      ? toJson(result)
      : `${result.engine.label}: gradients exact; ready in ${Math.round(result.loadMs)} ms; convolution ${result.convolutionMs.toPrecision(3)} ms\n`,
  )
  return 0
}
