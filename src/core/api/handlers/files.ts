import { AppError } from '../../domain/errors'
import { parseRunSpec } from '../../domain/spec/run-spec'
import type { SpecFile } from '../contract-files'
import { bringIn } from './bundles'
import type { HandlerContext, HandlersOf } from './context'

/** Files that the user chose in the window's own dialogs. */
export function fileHandlers({
  storage,
  bundles,
  files,
  emit,
}: HandlerContext): HandlersOf<'files'> & HandlersOf<'specs'> {
  return {
    'files.save': ({ grant, bytes }) => files.saveBytes(grant, bytes),
    'files.saveBundle': ({ grant, runs, checkpoints }) => {
      const rows = [...new Set(runs)].map((run) => storage.runs.get(run))
      return files.save(grant, (path) => bundles.packInto(path, rows, { checkpoints }))
    },
    'files.importBundle': async ({ grant }) => bringIn(await files.toOpen(grant), { bundles, emit }),
    'files.readSpec': async ({ grant }) => {
      const { name, value } = await files.readSpec(grant)
      return checked(name, value)
    },
    'specs.read': ({ name, text }) => checked(name, files.parseSpec(text, name)),
  }
}

function checked(name: string, value: unknown): SpecFile {
  try {
    return { name, spec: parseRunSpec(value) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, `${name}: ${error.message}`, error.details, { cause: error })
  }
}
