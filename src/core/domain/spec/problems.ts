import * as v from 'valibot'
import { nearest } from '../nearest'

/** One thing wrong with an input: which field, what is allowed, what was given, in words. */
export interface Problem {
  field: string
  message: string
  allowed: string
  got: string
}

/** A value as an error message shows it: JSON, NaN and infinities as words, cut at 60 characters. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  return cut(typeof value === 'number' ? String(value) : written(value), 60)
}

/** As JSON; what JSON cannot say, because it is nested too deep or holds itself, by what it is. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return Array.isArray(value) ? 'a list nested too deep' : `${typeof value} nested too deep`
  }
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 3)}…` : text)

/** Names of fields are the sender's where they are not ours, and may be as long as what was sent. */
const MAX_FIELD = 200

/** What is wrong beyond these helps nobody, and would make an answer many times as large as what was sent. */
const MAX_PROBLEMS = 100

const nearHint = (word: unknown, known: readonly string[]): string => {
  const near = typeof word === 'string' ? nearest(word, known) : null
  return near ? ` (did you mean ${near}?)` : ''
}

/** The schema that applies where a path ends. */
const schemaAt = (schema: v.GenericSchema, path: readonly v.IssuePathItem[] = []): unknown =>
  path.reduce<unknown>(childSchema, schema)

const keysOf = (issue: v.BaseIssue<unknown>, schema: v.GenericSchema): string[] => {
  const parent = unwrap(schemaAt(schema, issue.path?.slice(0, -1)), issue.path?.at(-1)?.input)
  return Object.keys((parent as { entries?: object })?.entries ?? {})
}

/** Where one alternative of a union is clearly meant, its own problems say more than the union's. */
function problemsOfUnion(issue: v.BaseIssue<unknown>, schema: v.GenericSchema, field: string): Problem[] | null {
  const input = issue.input
  if (typeof input !== 'object' || input === null) return null
  const meant = unwrap(schemaAt(schema, issue.path), input) as v.GenericSchema & { entries?: object }
  if (!meant?.entries || !Object.keys(meant.entries).some((key) => key in input)) return null
  const { issues } = v.safeParse(meant, input)
  return (issues && problemsOf(issues, meant, field, `${field}.`)) ?? null
}

/** Follows optional, nullable, pipe and variant wrappers down to the object schema that applies to an input. */
function unwrap(schema: unknown, input: unknown): unknown {
  const s = schema as
    { type?: string; wrapped?: unknown; pipe?: unknown[]; options?: unknown[]; key?: string } | undefined
  if (!s) return s
  if (s.wrapped) return unwrap(s.wrapped, input)
  if (s.pipe) return s.pipe[0] === s ? s : unwrap(s.pipe[0], input)
  if (s.type === 'variant' || s.type === 'union') {
    const fits = (o: unknown) => {
      const object = unwrap(o, input) as { entries?: Record<string, { literal?: unknown }> }
      if (!object?.entries) return false
      if (s.type === 'union') return Object.keys(object.entries)[0]! in ((input ?? {}) as object)
      return object.entries[s.key!]?.literal === (input as Record<string, unknown> | undefined)?.[s.key!]
    }
    return unwrap(s.options?.find(fits) ?? s.options?.[0], input)
  }
  return s
}

function childSchema(schema: unknown, step: v.IssuePathItem): unknown {
  const at = unwrap(schema, step.input) as { entries?: Record<string, unknown>; item?: unknown } | undefined
  const key = String(step.key)
  return (at?.entries && Object.hasOwn(at.entries, key) ? at.entries[key] : null) ?? at?.item
}

/** Says each valibot issue, the first hundred, in the program's words; `root` names the whole input where an issue has no path. */
export function problemsOf(
  issues: readonly v.BaseIssue<unknown>[],
  schema: v.GenericSchema,
  root = 'spec',
  prefix = '',
): Problem[] {
  // A mistyped name also leaves the right one missing: say the cause first.
  const unknownFirst = [...issues].sort((a, b) => Number(b.expected === 'never') - Number(a.expected === 'never'))
  return unknownFirst.slice(0, MAX_PROBLEMS).flatMap((issue): Problem | Problem[] => {
    const path = v.getDotPath(issue as v.BaseIssue<unknown>)
    const field = path ? cut(prefix + path, MAX_FIELD) : root
    if (issue.type === 'union') {
      const inner = problemsOfUnion(issue, schema, field)
      if (inner) return inner
    }
    const last = issue.path?.at(-1)
    const parent = last?.input
    const isObject = typeof parent === 'object' && parent !== null && !Array.isArray(parent)
    if (issue.type === 'strict_object' && issue.expected === 'never') {
      const known = keysOf(issue, schema)
      const allowed = `one of ${known.join(', ')}`
      const message = `${field} is not a known field${nearHint(last?.key, known)}; known here: ${known.join(', ')}`
      return { field, message, allowed, got: show(issue.input) }
    }
    const missing = issue.input === undefined && (isObject || !last)
    if (issue.type === 'strict_object' && missing) {
      return { field, message: `${field} is missing`, allowed: 'a value', got: 'nothing' }
    }
    const notObject =
      issue.type === 'variant' && !missing && typeof issue.input !== 'object' && !last?.key?.toString().includes('kind')
    if (!notObject && (issue.type === 'variant' || issue.type === 'picklist')) {
      const words = issue.expected?.match(/"[^"]+"/g)?.map((w) => w.slice(1, -1)) ?? []
      const allowed = issue.type === 'picklist' ? issue.message : `must be one of ${words.join(', ')}`
      const message = missing
        ? `${field} is missing: it ${allowed}`
        : `${field} ${allowed}, got ${show(issue.input)}${nearHint(issue.input, words)}`
      return { field, message, allowed, got: show(issue.input) }
    }
    if (notObject || issue.type === 'strict_object' || issue.type === 'object' || issue.type === 'array') {
      const kind = issue.type === 'array' ? 'a list' : 'an object'
      return {
        field,
        message: `${field} must be ${kind}, got ${show(issue.input)}`,
        allowed: kind,
        got: show(issue.input),
      }
    }
    const message = missing
      ? `${field} is missing: it ${issue.message}`
      : `${field} ${issue.message}, got ${show(issue.input)}`
    return { field, message, allowed: issue.message, got: show(issue.input) }
  })
}
