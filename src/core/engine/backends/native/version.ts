import { AppError } from '../../../domain/errors'

/** The first minor version of TensorFlow 2 whose C API and operations the engine was seen to train on. */
const LEAST_MINOR = 18

/**
 * Refuses a TensorFlow that the engine was not written for.
 *
 * @param said what TF_Version says
 * @param recorded what the installation's record says; null for a library of the user's own
 * @throws AppError engine.unavailable with both versions and what to do
 */
export function checkVersion(said: string, recorded: string | null, origin: string): void {
  const refuse = (what: string, hint: string) => {
    const allowed = `2.${LEAST_MINOR} to 2.x`
    return new AppError('engine.unavailable', `${what}. ${hint}`, { field: origin, got: said, allowed, hint })
  }
  const [major, minor] = said.split('.').map(Number) as [number, number]
  if (major !== 2 || !(minor >= LEAST_MINOR))
    throw refuse(
      `${origin} is TensorFlow ${said}; Anneal needs 2.${LEAST_MINOR} or a later 2.x`,
      'Unset ANNEAL_LIBTENSORFLOW, or let it name another; anneal engine install cpu fetches one that fits',
    )
  if (recorded !== null && recorded !== said)
    throw refuse(
      `${origin} was installed as TensorFlow ${recorded} and is ${said} now`,
      'Remove it (anneal engine remove) and install it again',
    )
}
