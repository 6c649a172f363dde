import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '../../domain/errors'

/** A libtensorflow that the user has brought. */
export interface OwnLibrary {
  /** What ANNEAL_LIBTENSORFLOW says, as an absolute path. */
  origin: string
  /** Absolute paths to load, in this order. */
  files: string[]
}

/** Names that the C API has in TensorFlow's own archives, in its wheels and in Maven's; the better known first. */
const NAMES: Record<string, readonly string[]> = {
  linux: ['libtensorflow_cc.so.2', 'libtensorflow.so.2', 'libtensorflow.so'],
  darwin: ['libtensorflow_cc.2.dylib', 'libtensorflow.2.dylib', 'libtensorflow.dylib'],
  win32: ['tensorflow.dll', '_pywrap_tensorflow_common.dll'],
}
/** What the library beside it needs loaded first. */
const FRAMEWORKS: Record<string, readonly string[]> = {
  linux: ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'],
  darwin: ['libtensorflow_framework.2.dylib', 'libtensorflow_framework.dylib'],
  win32: [],
}
/** Below an unpacked archive, a Python environment's site-packages, an engine of Anneal. */
const FOLDERS = ['', 'lib', 'tensorflow', 'python', join('tensorflow', 'python'), 'bin']

/**
 * The libtensorflow that ANNEAL_LIBTENSORFLOW names, a file or a folder that holds one; null where it is not set.
 * @throws AppError engine.unavailable where nothing usable is there: never something else in its place
 */
export function ownLibrary(
  env: Record<string, string | undefined> = process.env,
  platform: string = process.platform,
): OwnLibrary | null {
  if (!env.ANNEAL_LIBTENSORFLOW) return null
  const origin = resolve(env.ANNEAL_LIBTENSORFLOW)
  const names = NAMES[platform] ?? NAMES.linux!
  const found = statSync(origin, { throwIfNoEntry: false })
  if (!found) throw unusable(origin, 'is not there', names)
  if (found.isFile())
    return found.size ? withFramework(origin, origin, platform) : throwing(unusable(origin, 'is empty', names))
  if (!found.isDirectory()) throw unusable(origin, 'is neither a file nor a folder', names)
  const file = FOLDERS.flatMap((folder) => names.map((name) => join(origin, folder, name))).find(isFile)
  if (!file) throw unusable(origin, 'holds no libtensorflow', names)
  return withFramework(origin, file, platform)
}

function withFramework(origin: string, file: string, platform: string): OwnLibrary {
  const beside = (FRAMEWORKS[platform] ?? []).map((name) => join(dirname(file), name))
  const framework = beside.find((path) => existsSync(path) && basename(path) !== basename(file))
  return { origin, files: framework ? [framework, file] : [file] }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

const throwing = (error: AppError): never => {
  throw error
}

const unusable = (origin: string, what: string, names: readonly string[]) =>
  new AppError(
    'engine.unavailable',
    `ANNEAL_LIBTENSORFLOW: ${origin} ${what}. It has to be a library (${names.join(', ')}) or a folder with one, also in its ` +
      'lib/ or tensorflow/; unset it to use an installed engine',
    { field: 'ANNEAL_LIBTENSORFLOW', got: origin, allowed: names.join(', ') },
  )
