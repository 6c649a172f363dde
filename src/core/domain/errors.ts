/**
 * The closed list of things that can go wrong, shared by every process and shell.
 * A code decides exit status, HTTP status and toast; message text is for people and is never matched on.
 */
export const ERROR_CODES = [
  'spec.invalid',
  'input.invalid',
  'method.unknown',
  'run.notFound',
  'run.state',
  'metric.notFound',
  'checkpoint.missing',
  'checkpoint.invalid',
  'dataset.missing',
  'dataset.invalid',
  'engine.unavailable',
  'engine.failed',
  'trainer.died',
  'workspace.locked',
  'workspace.newer',
  'workspace.invalid',
  'workspace.readonly',
  'workspace.full',
  'bundle.invalid',
  'file.exists',
  'file.unreadable',
  'server.port',
  'server.refused',
  'request.tooLarge',
  'cancelled',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** Facts about an error that a program can use: the field or place, what it holds, what would be allowed. */
export interface ErrorDetails {
  field?: string
  allowed?: string
  got?: string
  hint?: string
  [key: string]: unknown
}

/** An error with a closed code and words for people: what happened, where, what is allowed, what to do. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
    this.details = details
  }
}

/** What crosses a process border in place of an error object. */
export interface PlainError {
  code: ErrorCode
  message: string
  details: ErrorDetails
}

const isCode = (code: unknown): code is ErrorCode => ERROR_CODES.includes(code as ErrorCode)

/** Turns anything thrown into plain data. Unknown errors become `internal` and keep their message. */
export function serializeError(error: unknown): PlainError {
  if (error instanceof AppError) return { code: error.code, message: error.message, details: error.details }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'internal', message, details: {} }
}

/** The inverse of {@link serializeError}; tolerates malformed input, which becomes `internal`. */
export function parseError(plain: unknown): AppError {
  const { code, message, details } = (plain ?? {}) as Partial<PlainError>
  return new AppError(
    isCode(code) ? code : 'internal',
    typeof message === 'string' ? message : 'Unknown error',
    details ?? {},
  )
}

const BAD_INPUT: ReadonlySet<ErrorCode> = new Set([
  'spec.invalid',
  'input.invalid',
  'method.unknown',
  'run.notFound',
  'metric.notFound',
  'checkpoint.missing',
  'checkpoint.invalid',
  'dataset.missing',
  'dataset.invalid',
  'engine.unavailable',
  'bundle.invalid',
  'file.exists',
  'file.unreadable',
])

/** Exit status of a command: 2 bad input, 130 cancelled, 1 anything else. */
export const exitCode = (code: ErrorCode): number => (code === 'cancelled' ? 130 : BAD_INPUT.has(code) ? 2 : 1)
