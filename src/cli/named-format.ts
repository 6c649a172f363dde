import { AppError } from '../core/domain/errors'
import { nearest } from '../core/domain/nearest'

/**
 * The one of some formats that `--format` names.
 * @throws AppError `input.invalid` where it is none of them
 */
export function namedFormat<F extends string>(name: string | undefined, known: readonly F[]): F {
  const found = known.find((format) => format === name)
  if (found) return found
  const near = name === undefined ? null : nearest(name, known)
  const got = name === undefined ? 'nothing' : `"${name}"${near ? ` (did you mean ${near}?)` : ''}`
  throw new AppError('input.invalid', `--format must be one of ${known.join(', ')}, got ${got}`, {
    field: '--format',
    allowed: known.join(', '),
    got,
  })
}
