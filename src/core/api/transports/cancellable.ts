import { AppError } from '../../domain/errors'

const cancelled = (method: string): AppError => new AppError('cancelled', `${method} was cancelled`)

/**
 * Runs a call that its signal may cancel: it is not begun where the signal is aborted, and not waited for afterwards.
 * What the core has begun it ends; a cancelled command may have been done.
 *
 * @throws AppError `cancelled`
 */
export function cancellable<T>(method: string, signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
  if (!signal) return run()
  if (signal.aborted) return Promise.reject(cancelled(method))
  return new Promise((resolve, reject) => {
    const abort = () => reject(cancelled(method))
    signal.addEventListener('abort', abort, { once: true })
    run()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort))
  })
}
