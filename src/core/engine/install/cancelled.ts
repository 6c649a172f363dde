import { AppError } from '../../domain/errors'

export const cancelled = (): AppError =>
  new AppError(
    'cancelled',
    'The installation was cancelled. Nothing of it is used; whole downloads are kept for the next time',
  )

/** @throws AppError cancelled */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled()
}
