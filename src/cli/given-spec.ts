import { dirname, resolve } from 'node:path'
import { recipeSpec } from '../core/domain/recipe/recipe'
import { mapDataPaths } from '../core/domain/spec/datasets'
import { parseRunSpec, type RunSpec } from '../core/domain/spec/run-spec'
import { checkTrainable } from '../core/engine/check-trainable'
import type { Io } from './io'
import { atPlace } from './report-error'
import { setValues } from './set-values'
import { readSpecFile } from './spec-file'

/** Paths in a spec are those of the spec's own folder, whoever trains it. */
function resolvePaths(spec: unknown, folder: string): unknown {
  if (typeof spec !== 'object' || spec === null || !('dataset' in spec)) return spec
  return { ...spec, dataset: mapDataPaths(spec.dataset, (path) => resolve(folder, path)) }
}

/**
 * The run spec in a file, or in standard input for `-`, with fields set, checked with all that it needs from this
 * machine: bad input leaves no trace, as no workspace is made or opened before.
 *
 * @param complete makes it whole before it is checked
 * @returns what the file says, and the whole spec
 * @throws AppError that names the file
 */
export async function givenSpec(
  path: string,
  assignments: readonly string[],
  io: Io,
  complete: (given: unknown) => unknown,
): Promise<{ given: unknown; spec: RunSpec }> {
  const { value, place } = await readSpecFile(path, io)
  try {
    const given = setValues(recipeSpec(value), assignments)
    const folder = path === '-' ? process.cwd() : dirname(resolve(path))
    const spec = parseRunSpec(resolvePaths(complete(given), folder))
    await checkTrainable(spec)
    return { given, spec }
  } catch (error) {
    throw atPlace(error, place)
  }
}
