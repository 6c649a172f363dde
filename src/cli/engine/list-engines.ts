import { describeEngine } from '../../core/engine/backends/resolve'
import { findNativeBuilds } from '../../core/engine/backends/native/locate'
import { engineBytes, findEngines } from '../../core/engine/install/installed'
import { RELEASES, type Release, releaseFor, thisHost } from '../../core/engine/install/manifest'
import { AppError } from '../../core/domain/errors'
import { formatBytes } from '../../core/domain/format'

/** One engine, whether it is here or could be. */
export interface ListedEngine {
  id: string
  kind: 'native' | 'wasm' | 'cpu'
  state: 'installed' | 'available' | 'unusable'
  version: string | null
  /** In words: where it is and how large, or the command that installs it. */
  what: string
  folder: string | null
  /** On the disk where it is installed, to download where it is not. */
  bytes: number | null
  /** False for builds that were never run on their platform. */
  tested: boolean
}

/** Everything that could train here, the fastest first; loads nothing. */
export async function listEngines(): Promise<ListedEngine[]> {
  const [own, installed] = await Promise.all([ownEngine(), findEngines()])
  const there = installed.map((engine): ListedEngine => {
    const bytes = engineBytes(engine)
    return {
      ...pick(engine),
      kind: 'native',
      state: 'installed',
      bytes,
      what: `${formatBytes(bytes)}, ${engine.folder}`,
    }
  })
  const missing = buildsForHere().filter(({ id }) => !there.some((engine) => engine.id === id))
  const portable = await Promise.all((['wasm', 'cpu'] as const).map(portableEngine))
  return [...own, ...there, ...missing.map(availableEngine), ...portable]
}

const pick = ({ id, version, folder, tested }: { id: string; version: string; folder: string; tested: boolean }) => ({
  id,
  version,
  folder,
  tested,
})

async function ownEngine(): Promise<ListedEngine[]> {
  const origin = process.env.ANNEAL_LIBTENSORFLOW
  if (!origin) return []
  const entry = {
    id: 'ANNEAL_LIBTENSORFLOW',
    kind: 'native',
    version: null,
    folder: origin,
    bytes: null,
    tested: false,
  } as const
  try {
    const [build] = await findNativeBuilds()
    return [{ ...entry, state: 'installed', what: build!.files.join(', ') }]
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return [{ ...entry, state: 'unusable', what: error.message }]
  }
}

function buildsForHere(): Release[] {
  const host = thisHost()
  return RELEASES.filter(({ platform }) => platform === `${host.platform}-${host.arch}`).filter(({ flavour }) => {
    try {
      return releaseFor(flavour, host)
    } catch {
      return false
    }
  })
}

function availableEngine({ id, version, tested, flavour, wheels, needs }: Release): ListedEngine {
  const bytes = wheels.reduce((sum, wheel) => sum + wheel.bytes, 0)
  const what = `anneal engine install ${flavour} (${formatBytes(bytes)} to download${needs ? `; needs ${needs}` : ''})`
  return { id, kind: 'native', state: 'available', version, what, folder: null, bytes, tested }
}

async function portableEngine(kind: 'wasm' | 'cpu'): Promise<ListedEngine> {
  const entry = { id: kind, kind, folder: null, bytes: null, tested: true }
  try {
    const { label, version } = await describeEngine(kind)
    return { ...entry, state: 'installed', version, what: label }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { ...entry, state: 'unusable', version: null, what: error.message }
  }
}
