import * as v from 'valibot'
import { AppError } from '../core/domain/errors'
import { show } from '../core/domain/spec/problems'
import { RunSpec } from '../core/domain/spec/run-spec'

type Json = Record<string, unknown>

/** Fields of which an object has one: setting one takes the others away. */
const ALTERNATIVES = new Map([
  ['budget', ['steps', 'epochs']],
  ['model', ['preset', 'layers']],
])

/** What a part of the spec is where it is left out: `optimizer.momentum` alone means that of the default optimizer. */
function defaultPart(key: string): unknown {
  const schema = Object.hasOwn(RunSpec.entries, key) ? RunSpec.entries[key as keyof typeof RunSpec.entries] : null
  return { ...((schema && v.getDefault(schema)) as object | null) }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null

const parseValue = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/**
 * A spec with fields replaced: each assignment is `path=value` with a dotted path; the value is read as JSON, else
 * taken as text. Whether a path exists is for the spec's own check, which knows the nearest name.
 *
 * @throws AppError `spec.invalid` where an assignment has no path, or a path leads through something without fields
 */
export function setValues(spec: unknown, assignments: readonly string[]): unknown {
  const result = structuredClone(spec)
  for (const assignment of assignments) {
    const equals = assignment.indexOf('=')
    const path = assignment.slice(0, Math.max(0, equals)).trim()
    const keys = path.split('.')
    if (keys.some((key) => key === ''))
      throw new AppError('spec.invalid', `--set must be PATH=VALUE, got "${assignment}"`, {
        field: '--set',
        allowed: 'PATH=VALUE',
        got: assignment,
        hint: 'For example --set schedule.maxLr=0.2',
      })
    set(result, keys, parseValue(assignment.slice(equals + 1)), path)
  }
  return result
}

function set(target: unknown, keys: readonly string[], value: unknown, path: string): void {
  let at = target
  keys.forEach((key, depth) => {
    const here = keys.slice(0, depth).join('.')
    if (!isObject(at) || (Array.isArray(at) && !(Number(key) in at)))
      throw new AppError('spec.invalid', `${path} cannot be set: ${here || 'the spec'} is ${show(at)}`, { field: path })
    const alternatives = ALTERNATIVES.get(here) ?? []
    if (alternatives.includes(key)) for (const other of alternatives) if (other !== key) delete at[other]
    const last = depth === keys.length - 1
    const next = last ? value : Object.hasOwn(at, key) ? at[key] : depth === 0 ? defaultPart(key) : {}
    // Defined, not assigned: a field called __proto__ is then an unknown field like any other.
    Object.defineProperty(at, key, { value: next, writable: true, enumerable: true, configurable: true })
    at = next
  })
}
