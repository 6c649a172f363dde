import { AppError } from '../../../domain/errors'
import { findEngines, libraryFiles } from '../../install/installed'
import { releaseFor, thisHost } from '../../install/manifest'
import { ownLibrary } from '../../install/own-library'
import { type Gpu, nvidiaGpus } from './nvidia'

/** A TensorFlow that lies on this machine and was not loaded yet. */
export interface NativeBuild {
  /** What it can compute on; a library of the user's own is not asked before it is loaded. */
  flavour: 'cpu' | 'gpu' | 'own'
  /** As its record says; null for a library of the user's own. */
  version: string | null
  /** Absolute paths to load, in this order. */
  files: string[]
  /** Its folder or file. */
  origin: string
}

/**
 * The builds of TensorFlow that are here, best first: the user's own (ANNEAL_LIBTENSORFLOW) and then nothing else; the
 * one for GPUs where there is a GPU, else the one for CPUs. Reads file sizes only.
 *
 * @throws AppError engine.unavailable where ANNEAL_LIBTENSORFLOW names nothing usable
 */
export async function findNativeBuilds(gpus: readonly Gpu[] = nvidiaGpus()): Promise<NativeBuild[]> {
  const own = ownLibrary()
  if (own) return [{ flavour: 'own', version: null, ...own }]
  const here = `${process.platform}-${process.arch}`
  const first = gpus.length > 0 ? 'gpu' : 'cpu'
  return (await findEngines())
    .filter(({ platform }) => platform === here)
    .map((engine): NativeBuild => ({ ...engine, files: libraryFiles(engine), origin: engine.folder }))
    .sort((a, b) => Number(b.flavour === first) - Number(a.flavour === first))
}

/**
 * The build that runs will use.
 * @throws AppError engine.unavailable with the command that installs one, or why there is none for this machine
 */
export async function findNativeBuild(): Promise<NativeBuild> {
  const [best] = await findNativeBuilds()
  if (best) return best
  // Where no build exists for this machine, that is what there is to say.
  releaseFor('cpu', thisHost())
  throw new AppError('engine.unavailable', `TensorFlow is not installed: ${INSTALL_CPU}`, {
    field: 'engine',
    got: 'native',
    allowed: 'auto, wasm or cpu',
    hint: INSTALL_CPU,
  })
}

export const INSTALL_CPU = 'anneal engine install cpu'
export const INSTALL_GPU = 'anneal engine install gpu'
