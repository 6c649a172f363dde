import type { Check } from './doctor-checks'

const SIGNS = { ok: 'ok    ', note: 'note  ', broken: 'BROKEN' } as const

/** Checks as lines: sign, name, what was found; below what to do. */
export const checkText = (checks: readonly Check[]): string =>
  checks
    .flatMap(({ name, status, message, todo }) => [
      `${SIGNS[status]}  ${name.padEnd(9)}  ${message}\n`,
      ...(todo ? [`${' '.repeat(19)}${todo}\n`] : []),
    ])
    .join('')
