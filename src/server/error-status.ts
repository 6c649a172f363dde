import type { ErrorCode } from '../core/domain/errors'

const STATUS: Partial<Record<ErrorCode, number>> = {
  'spec.invalid': 400,
  'input.invalid': 400,
  'dataset.missing': 400,
  'dataset.invalid': 400,
  'bundle.invalid': 400,
  'method.unknown': 404,
  'run.notFound': 404,
  'metric.notFound': 404,
  'run.state': 409,
  'checkpoint.missing': 409,
  'checkpoint.invalid': 409,
  'file.exists': 409,
  'request.tooLarge': 413,
  'server.refused': 403,
  'workspace.full': 507,
}

/** The HTTP status of an error; 500 for all that is not the caller's. */
export const errorStatus = (code: ErrorCode): number => STATUS[code] ?? 500
