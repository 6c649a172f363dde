import { dirname, resolve } from 'node:path'
import { recipeSpec } from '../core/domain/recipe/recipe'
import { parseRunSpec, type RunSpec } from '../core/domain/spec/run-spec'
import { resolvePaths } from '../core/files/spec-text'
import { checkTrainable } from '../core/engine/check-trainable'
import type { Io } from './io'
import { atPlace } from './report-error'
import { setValues } from './set-values'
import { readSpecFile } from './spec-file'

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
