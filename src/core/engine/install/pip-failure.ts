import { AppError, type ErrorDetails } from '../../domain/errors'
import { type Wheel, wheelRequest } from './wheels'

const REFUSED = /HTTP error \d|\b(401|403|407) Client Error|\b5\d\d Server Error/

/** pip ends with the same status whatever happened: only its words tell. The first that fits counts. */
const CAUSES: readonly { pattern: RegExp; reason: Reason }[] = [
  { pattern: /\[Errno (28|122)\]|\[WinError (112|39)\]|No space left on device/, reason: 'disk' },
  {
    pattern: /DO NOT MATCH THE HASHES|IncompleteRead|incomplete-download|Download failed|Wheel .* is invalid/i,
    reason: 'damaged',
  },
  { pattern: /CERTIFICATE_VERIFY_FAILED|SSLError|SSL: /, reason: 'certificate' },
  { pattern: REFUSED, reason: 'refused' },
  {
    pattern:
      /connection broken by|: connection error: |Max retries exceeded|NewConnectionError|ReadTimeoutError|ConnectTimeout|ProxyError|Connection(Reset|Refused|Aborted)?Error|name resolution/,
    reason: 'network',
  },
  { pattern: /No matching distribution found/, reason: 'no-wheel' },
]

type Reason = 'disk' | 'damaged' | 'certificate' | 'refused' | 'network' | 'no-wheel'

/**
 * What pip's failure to fetch a wheel means, in words.
 * @param output what pip said
 * @param log what pip wrote down: only there it says which pages it could not get
 * @returns AppError workspace.full, or engine.failed with `reason` among its details
 */
export function pipFailure(wheel: Wheel, output: string, log: string, folder: string): AppError {
  const { requirement, platform } = wheelRequest(wheel)
  const pages = log.split('\n').filter((line) => line.includes('Could not fetch URL'))
  const words = [output, ...pages].join('\n')
  const reason = CAUSES.find(({ pattern }) => pattern.test(words))?.reason
  const fail = (what: string, hint: string, code: 'engine.failed' | 'workspace.full' = 'engine.failed') => {
    const details: ErrorDetails = { reason: reason ?? 'pip', got: wheel.file, hint, output: lastLines(output) }
    return new AppError(code, `${what}. ${hint}`, details)
  }
  switch (reason) {
    case 'disk':
      return fail(
        `The disk became full while ${wheel.file} was downloaded into ${folder}`,
        'Nothing of it is used. Free some space, or name another folder with ANNEAL_ENGINE_DIR, and try again',
        'workspace.full',
      )
    case 'damaged':
      return fail(
        `${wheel.file} arrived damaged or cut short`,
        'Nothing of it is used. Try again; if it happens again, the connection or the package index is at fault',
      )
    case 'certificate':
      return fail(
        "The package index's certificate was not accepted",
        "Behind a proxy that reads along, pip needs its certificate: pip config set global.cert FILE; check this computer's clock",
      )
    case 'refused':
      return fail(
        `The package index refused to send ${requirement}: ${lineWith(words, REFUSED)}`,
        'Look at the index that pip is set to use (pip config list)',
      )
    case 'network':
      return fail(
        'The package index could not be reached',
        'Check the network, and the proxy and index that pip is set to use (pip config list); training goes on with the portable engine until then',
      )
    case 'no-wheel':
      return fail(
        `The package index has no ${requirement} for ${platform}`,
        'pip is set to use an index that lacks it (pip config list); PyPI has it',
      )
    default:
      return fail(`pip could not fetch ${requirement}: ${lastLines(output)}`, 'Nothing was changed')
  }
}

const lineWith = (text: string, pattern: RegExp): string =>
  (text.split('\n').find((line) => pattern.test(line)) ?? '').trim().slice(0, 300)

/** The last words of a program, with what only announces a newer pip left out. */
const lastLines = (output: string): string =>
  output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('[notice]'))
    .slice(-3)
    .join(' | ')
    .slice(-600)
