import { parseDocument } from 'yaml'
import { AppError } from '../domain/errors'

/** Uses of an anchor in one file; more are an attack on memory, not a recipe. */
const MAX_ALIASES = 100

/**
 * Parses YAML 1.2 with plain values only.
 * @param place file name for the message
 * @throws AppError `input.invalid` with line and column of the first fault
 */
export function parseYaml(text: string, place: string): unknown {
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { schema: 'core', prettyErrors: true, logLevel: 'error' })
  const [fault] = [...document.errors, ...document.warnings]
  if (fault) {
    const { line, col: column } = fault.linePos?.[0] ?? { line: 1, col: 1 }
    // The parser catches its own stack's overflow.
    const [problem] = /call stack/.test(fault.message) ? ['it is nested too deep'] : fault.message.split(/ at line |\n/)
    throw notYaml(place, `line ${line}, column ${column}: ${problem}`, { line, column }, fault)
  }
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES })
  } catch (cause) {
    throw notYaml(place, (cause as Error).message, {}, cause)
  }
}

const notYaml = (place: string, problem: string, at: object, cause: unknown): AppError =>
  new AppError('input.invalid', `${place} is not plain YAML: ${problem}`, { field: place, problem, ...at }, { cause })
